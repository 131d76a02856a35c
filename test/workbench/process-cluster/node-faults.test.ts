import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import type { NodeEvents, NodeHandle } from "../../../src/workbench/model/node-host.js";
import { ProcessCluster } from "../../../src/workbench/process-cluster/process-cluster.js";
import { fixture } from "../support/run-cli.js";

const logs = mkdtempSync(join(tmpdir(), "tidecast-lives-"));
afterAll(() => rmSync(logs, { recursive: true, force: true }));

const silent: NodeEvents = {
  printed: () => {},
  rubbish: () => {},
  handleOutput: (work: () => void) => work(),
  writable: () => {},
  ended: () => {},
};

/** Sends a message, and resolves with the type of the next one that the node prints. */
class Conversation {
  readonly said: string[] = [];
  readonly ends: string[] = [];
  private heard: (() => void) | undefined;

  readonly events: NodeEvents = {
    ...silent,
    printed: ({ message }) => {
      this.said.push((message as { body: { type: string } }).body.type);
      this.heard?.();
    },
    ended: ({ reason }) => this.ends.push(reason),
  };

  send(handle: NodeHandle, node: string, body: { type: string; [key: string]: unknown }): void {
    handle.deliver({ message: { src: "c0", dest: node, body } });
  }

  async until(count: number): Promise<void> {
    while (this.said.length < count)
      await new Promise<void>((resolve) => {
        this.heard = resolve;
      });
  }

  async initialise(handle: NodeHandle, node: string): Promise<void> {
    this.send(handle, node, { type: "init", node_id: node, node_ids: [node] });
    await this.until(this.said.length + 1);
  }
}

it("a killed node is gone at once, is not reported as exited, and can be restarted", async () => {
  const cluster = new ProcessCluster({ bin: fixture("tells-its-pid.js"), args: [], logs });
  const talk = new Conversation();
  for (let life = 0; life < 2; life++) {
    const handle = cluster.start("n0", talk.events);
    await talk.initialise(handle, "n0");
    await new Promise<void>((gone) => handle.kill(gone));
    talk.send(handle, "n0", { type: "read", msg_id: 1 });
  }
  await cluster.stop();
  expect(talk.said).toEqual(["init_ok", "init_ok"]);
  expect(talk.ends).toEqual([]);
  // The nodes' output is written asynchronously.
  const pids = await vi.waitUntil(() => {
    const said = [...readFileSync(join(logs, "n0.log"), "utf8").matchAll(/pid (\d+)/g)];
    return said.length < 2 ? undefined : said.map(([, pid]) => Number(pid));
  }, 10_000);
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
});

it("a node that fails just before it is killed is reported", async () => {
  const cluster = new ProcessCluster({ bin: "/no/such/node", args: [] });
  const reason = await new Promise<string>((resolve) => {
    const handle = cluster.start("n0", { ...silent, ended: ({ reason }) => resolve(reason) });
    handle.kill(() => {});
  });
  expect(reason).toMatch(/^could not be started: .*ENOENT/);
  await cluster.stop();
});

it("a paused node answers nothing while others answer, and answers everything once it resumes", async () => {
  const cluster = new ProcessCluster({ bin: fixture("flood.js"), args: [] });
  const [paused, awake] = [new Conversation(), new Conversation()];
  const [first, second] = [cluster.start("n0", paused.events), cluster.start("n1", awake.events)];
  await Promise.all([paused.initialise(first, "n0"), awake.initialise(second, "n1")]);
  first.pause();
  for (let round = 1; round <= 20; round++) {
    paused.send(first, "n0", { type: "read", msg_id: round });
    awake.send(second, "n1", { type: "read", msg_id: round });
    await awake.until(1 + round);
  }
  // The signal may find it in the middle of the first.
  expect(paused.said.length).toBeLessThanOrEqual(2);
  first.resume();
  await paused.until(21);
  expect(paused.said).toHaveLength(21);
  expect(paused.ends).toEqual([]);
  await cluster.stop();
});

it("a paused node is ended when the bench ends", async () => {
  const cluster = new ProcessCluster({ bin: fixture("flood.js"), args: [] });
  const talk = new Conversation();
  const handle = cluster.start("n0", talk.events);
  await talk.initialise(handle, "n0");
  handle.pause();
  await cluster.stop();
  expect(talk.ends).toEqual([]);
});
