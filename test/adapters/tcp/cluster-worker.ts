import cluster from "node:cluster";
import { tcpTransport } from "../../../src/library/tcp.js";

/*
 * With `node:cluster`: the primary forks two workers, one after the other, which both listen as member `a` at the address of the
 * first argument, and prints their reports. The second one begins when the first listens, or has failed.
 */
const [address = ""] = process.argv.slice(2);

if (cluster.isPrimary) {
  for (let count = 0; count < 2; count++) {
    const worker = cluster.fork();
    const said = await new Promise((resolve) => worker.once("message", resolve));
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
  for (const worker of Object.values(cluster.workers ?? {})) worker?.kill();
} else {
  const said = await tcpTransport({ id: "a", members: { a: address } }).then(
    (transport) => `listens on ${transport.address}`,
    ({ code, message }) => ({ code, message }),
  );
  process.send?.(said);
}
