import { createHash } from "node:crypto";
import type { PeerMessage } from "../../domain/messages.js";
import type { Fate } from "./simulated-network.js";

/** One line with sender, receiver, content and, if it is known, fate of a message. */
export function describeMessage(from: string, to: string, body: object, fate?: Fate): string {
  const head = `${from} -> ${to} ${contentOf(body as PeerMessage)}`;
  if (fate === undefined) return head;
  if (fate.kind === "cut") return `${head}: cut off on arrival`;
  if (fate.kind === "lost") return `${head}: lost`;
  return `${head}: arrives at ${fate.arrivals.map((at) => at.toFixed(3)).join(" and ")}`;
}

function contentOf(message: PeerMessage): string {
  switch (message.type) {
    case "gossip": {
      const { number, base, values, up, ask, direct, ack, round } = message;
      const flags = [up && "up", ask && "ask", direct && "direct"].filter(Boolean).join(" ");
      const parts = [`gossip #${number} (from #${base}) values [${values.join(" ")}]`, flags];
      if (ack !== undefined) parts.push(`acknowledges ${JSON.stringify(ack.ranges)} of life ${ack.incarnation}`);
      if (round !== undefined) parts.push(noticeOf(round));
      return parts.filter((part) => part !== "").join(" ");
    }
    case "gossip_ok": {
      const { ack, round, up } = message;
      const text = `gossip_ok${up ? " up" : ""} ${JSON.stringify(ack.ranges)} of life ${ack.incarnation}`;
      return round === undefined ? text : `${text} ${noticeOf(round)}`;
    }
    case "probe":
    case "probe_ok":
      return `${message.type} #${message.number}`;
    case "stale":
      return `stale: the sender knows life ${message.known}`;
    case "summary":
      return `summary ${JSON.stringify(message.places)} ${JSON.stringify(message.known)}${message.reply ? " reply" : ""}`;
    case "digest":
    case "holdings":
    case "stable":
      return `${message.type} ${JSON.stringify(message.vector)}${"reply" in message && message.reply ? " reply" : ""}`;
    default:
      // The compiler notices a type of message that has no case.
      return message satisfies never;
  }
}

function noticeOf({ round, next, suspects }: { round: number; next: number; suspects?: readonly string[] }): string {
  const suspected = suspects === undefined ? "" : ` suspects ${suspects.join(" ")}`;
  return `round ${round} in ${next.toFixed(1)}${suspected}`;
}

/** A fingerprint of a trace: SHA-256 over its lines. */
export function hashOf(lines: readonly string[]): string {
  const hash = createHash("sha256");
  for (const line of lines) hash.update(`${line}\n`);
  return hash.digest("hex");
}
