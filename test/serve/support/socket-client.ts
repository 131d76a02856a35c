import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

/** Opens a WebSocket at `/events` of a server. @param query such as `?topic=orders` */
export async function openSocket(url: string, headers: Record<string, string> = {}, query = "") {
  const socket = new WebSocket(`${url.replace("http", "ws")}/events${query}`, { headers });
  onTestFinished(() => socket.terminate());
  const messages: Record<string, unknown>[] = [];
  socket.on("message", (data) => messages.push(JSON.parse(String(data))));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return {
    messages,
    of: (type: string) => messages.filter((message) => message.type === type),
    send: (message: object | string) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
  };
}
