// Three threads of this process share a set, over a custom transport: node main.js
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { createNode } from "tidecast";
import { workerTransport } from "./worker-transport.js";

const members = ["red", "green", "blue"];

if (isMainThread) {
  const workers = members.map((id) => new Worker(new URL(import.meta.url), { workerData: id }));
  let complete = 0;
  for (const worker of workers)
    worker.on("message", (line) => {
      console.log(line);
      // Until every thread is complete, the others may be needed.
      if (++complete === members.length) for (const each of workers) each.postMessage("that is all");
    });
} else {
  const id = workerData;
  const log = { line: (text) => console.error(`${id}: ${text}`) };
  const transport = workerTransport(id, "example", log);
  const node = await createNode({ id, members, transport, log });
  parentPort.once("message", () => node.close());
  const deliveries = node.deliveries({ past: true });
  await node.broadcast(`${id} was here`);

  const seen = [];
  for await (const { value } of deliveries) {
    seen.push(value);
    if (seen.length === members.length) break;
  }
  parentPort.postMessage(`${id} knows: ${seen.sort().join(", ")}`);
}
