import { vi } from "vitest";
import type { NodeExit, NodeHandle, OutputState } from "../../../../src/workbench/model/node-host.js";
import {
  ProcessCluster,
  type ProcessClusterOptions,
} from "../../../../src/workbench/process-cluster/process-cluster.js";
import { fixture } from "../../support/run-cli.js";

/** A fixture node that does something odd, and everything that is heard of it. */
export class OddNode {
  readonly stderr: string[] = [];
  readonly types: string[] = [];
  readonly rubbish: { line: string; problem: string }[] = [];
  readonly exits: NodeExit[] = [];
  private readonly cluster: ProcessCluster;
  private readonly handle: NodeHandle;

  constructor(args: readonly string[], options: Partial<ProcessClusterOptions> = {}) {
    const onStderr = (_: string, line: string) => this.stderr.push(line);
    this.cluster = new ProcessCluster({ bin: fixture("odd.js"), args, onStderr, ...options });
    this.handle = this.cluster.start("n0", {
      printed: ({ message }) => this.types.push((message as { body: { type: string } }).body.type),
      rubbish: (line, _bytes, problem) => this.rubbish.push({ line, problem }),
      handleOutput: (work) => work(),
      writable: () => {},
      ended: (exit) => this.exits.push(exit),
    });
    this.ask({ type: "init", node_id: "n0", node_ids: ["n0"] });
  }

  ask(body: object): boolean {
    return this.handle.deliver({ message: { src: "c0", dest: "n0", body: { ...body } } });
  }

  async until(holds: () => boolean): Promise<void> {
    await vi.waitUntil(holds, { timeout: 50_000, interval: 10 });
  }

  output(): OutputState | undefined {
    return this.handle.output?.();
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }
}
