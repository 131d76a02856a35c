import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import type { NodeEvents } from "../../../src/workbench/model/node-host.js";
import { ProcessCluster } from "../../../src/workbench/process-cluster/process-cluster.js";
import { fixture } from "../support/run-cli.js";

const silent: NodeEvents = {
  printed: () => {},
  rubbish: () => {},
  handleOutput: (work: () => void) => work(),
  writable: () => {},
  ended: () => {},
};
const delivery = { message: { src: "c0", dest: "n0", body: { type: "read", filler: "x".repeat(10_000) } } };

it("a node that does not read its stdin is blocked, and is writable again once it reads", async () => {
  const cluster = new ProcessCluster({ bin: fixture("never-reads.js"), args: [] });
  await new Promise<void>((resolve) => {
    const handle = cluster.start("n0", { ...silent, writable: resolve });
    let accepted = 0;
    while (handle.deliver(delivery)) if (++accepted > 1000) throw new Error("never blocked");
  });
  await cluster.stop();
});

it("a node that exits is reported with its exit code and last stderr lines, after all of its output", async () => {
  const cluster = new ProcessCluster({ bin: fixture("exits-half-way.js"), args: [] });
  const events: string[] = [];
  await new Promise<void>((resolve) => {
    const handle = cluster.start("n0", {
      ...silent,
      printed: ({ message }) => events.push((message as { body: { type: string } }).body.type),
      ended: ({ reason, lastWords }) => {
        events.push(reason, ...lastWords);
        resolve();
      },
    });
    handle.deliver({ message: { src: "c0", dest: "n0", body: { type: "init", node_id: "n0", node_ids: ["n0"] } } });
    handle.deliver({ message: { src: "c0", dest: "n0", body: { type: "broadcast", message: 2 } } });
  });
  expect(events).toEqual(["init_ok", "exited with code 7", "out of ideas"]);
  await cluster.stop();
});

it("a stopped node is not reported, and one that does not exit is killed", async () => {
  const cluster = new ProcessCluster({ bin: fixture("tells-its-pid.js"), args: [] });
  let ended = 0;
  const handle = cluster.start("n0", { ...silent, ended: () => ended++ });
  handle.stop();
  await cluster.stop();
  expect(ended).toBe(0);
});

it.runIf(process.platform === "linux")(
  "too few file handles are the machine's fault: exit code 3 and ulimit -n",
  () => {
    const bench = `"${process.execPath}" dist/cli.js bench --bin test/fixtures/nodes/flood.js --node-count 15 --rate 20`;
    const { status, stdout } = spawnSync("sh", ["-c", `ulimit -n 50; ${bench} --time-limit 1`], { encoding: "utf8" });
    expect(stdout).toMatch(
      /NOT JUDGED: n\d+ could not be started: the limit of open files is reached; raise it with ulimit -n /,
    );
    expect(status).toBe(3);
  },
);
