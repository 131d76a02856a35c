import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { NodeEvents, NodeHandle, NodeHost } from "../model/node-host.js";
import { NodeProcess } from "./node-process.js";
import { killStrays } from "./strays.js";

/** How to run the nodes of a cluster. */
export interface ProcessClusterOptions {
  /** Path of the executable that every node runs. */
  readonly bin: string;
  readonly args: readonly string[];
  /** Existing folder for one file per node with the node's stderr. */
  readonly logs?: string;
  /** Called with each line of a node's stderr; of a long line only the beginning. */
  readonly onStderr?: (nodeId: string, line: string) => void;
  /** Called with the first reason why a file of `logs` cannot be written. */
  readonly onLogError?: (problem: string) => void;
}

/** Runs every node as a real process of any executable that speaks Maelstrom's protocol. */
export class ProcessCluster implements NodeHost {
  private readonly processes: NodeProcess[] = [];
  private readonly started = new Set<string>();
  /** Name of this run; it identifies its processes. */
  private readonly run = randomUUID();
  private logFailed = false;
  private readonly killAll = () => {
    for (const node of this.processes) node.signal("SIGKILL");
  };

  constructor(private readonly options: ProcessClusterOptions) {
    // However the bench exits, no node outlives it.
    process.once("exit", this.killAll);
  }

  start(nodeId: string, events: NodeEvents): NodeHandle {
    const { bin, args, logs, onStderr } = this.options;
    const node = new NodeProcess(
      nodeId,
      {
        bin,
        args,
        run: this.run,
        onLogError: (problem) => this.logFailure(problem),
        ...(logs === undefined ? {} : { logFile: join(logs, `${nodeId}.log`), keepsLog: this.started.has(nodeId) }),
        ...(onStderr === undefined ? {} : { onStderr }),
      },
      events,
    );
    this.processes.push(node);
    this.started.add(nodeId);
    return node;
  }

  /** Ends every node; resolves once all nodes, and all processes that they started, are gone. */
  async stop(): Promise<void> {
    for (const node of this.processes) node.stop();
    await Promise.all(this.processes.map((node) => node.gone));
    await killStrays(this.run);
    process.removeListener("exit", this.killAll);
  }

  private logFailure(problem: string): void {
    if (!this.logFailed) this.options.onLogError?.(problem);
    this.logFailed = true;
  }
}
