import type { Clock } from "../../domain/ports/clock.js";
import { type Answer, Client } from "./client.js";
import { type Message, type MessageBody, type Printed, typeOf } from "./message.js";
import type { Network } from "./network.js";
import type { NodeExit, NodeHandle, NodeHost } from "./node-host.js";
import { isMessage, problemWithMessage, problemWithReply } from "./protocol-rules.js";
import type { Topology } from "./topologies.js";
import { excerpt, type Rule } from "./violation.js";
import { REQUEST_TIMEOUT } from "./worker.js";

/** How long a node has to answer `init` (ms). */
const INIT_TIMEOUT = 10_000;

/** A breach as the cluster sees it; who records it adds the time. */
export interface Breach {
  readonly rule: Rule;
  readonly node: string;
  readonly problem: string;
  readonly line?: number;
  readonly text?: string;
}

/** What the cluster needs and whom it tells. */
export interface ClusterParts {
  readonly clock: Clock;
  readonly host: NodeHost;
  readonly network: Network;
  readonly breached: (breach: Breach) => void;
}

/**
 * The nodes under test: starts them, initialises them, and puts on the network what they print. A line that breaks a rule
 * is reported and goes nowhere; unlike in Maelstrom the node is heard all the same, since the run has failed already and
 * what else is wrong with it is worth knowing.
 */
export class Cluster {
  private readonly handles = new Map<string, NodeHandle>();
  private readonly linesPrinted = new Map<string, number>();
  private stopped = false;

  constructor(
    private readonly nodeIds: readonly string[],
    private readonly parts: ClusterParts,
  ) {}

  /** Starts every node and sends `init`; `ready` is called when all have answered. A failure is a breach instead. */
  start(ready: () => void): void {
    for (const nodeId of this.nodeIds) if (!this.stopped) this.startNode(nodeId);
    this.askAll("init", INIT_TIMEOUT, (nodeId) => ({ node_id: nodeId, node_ids: this.nodeIds }), ready);
  }

  /** Sends `topology` to every node; `ready` is called when all have answered. A failure is a breach instead. */
  introduce(topology: Topology, ready: () => void): void {
    this.askAll("topology", REQUEST_TIMEOUT, () => ({ topology }), ready);
  }

  /** Ends every node. */
  stop(): void {
    this.stopped = true;
    for (const handle of this.handles.values()) handle.stop();
  }

  private startNode(nodeId: string): void {
    const { host, network } = this.parts;
    network.addNode(nodeId, (delivery) => this.handles.get(nodeId)?.deliver(delivery) ?? true);
    const handle = host.start(nodeId, {
      printed: (printed) => this.printed(nodeId, printed),
      rubbish: (line, _bytes, problem) => this.lineBreach("not-json", nodeId, problem, this.countLine(nodeId), line),
      writable: () => network.resumeNode(nodeId),
      ended: (exit) => this.ended(nodeId, exit),
    });
    this.handles.set(nodeId, handle);
  }

  private askAll(
    request: "init" | "topology",
    timeout: number,
    bodyFor: (nodeId: string) => MessageBody,
    ready: () => void,
  ): void {
    let missing = this.nodeIds.length;
    for (const nodeId of this.nodeIds) {
      if (this.stopped) return;
      const client = new Client(nodeId, this.parts.network, this.parts.clock);
      client.request({ type: request, ...bodyFor(nodeId) }, timeout, (answer) => {
        // Maelstrom closes the clients of init at once, and keeps those of topology to the end.
        if (request === "init") client.close();
        const breach = this.breachOf(request, timeout, nodeId, answer);
        if (breach !== undefined) this.parts.breached(breach);
        else if (--missing === 0) ready();
      });
    }
  }

  private breachOf(request: "init" | "topology", timeout: number, node: string, answer: Answer): Breach | undefined {
    if (answer.kind === "timeout") {
      return { rule: "no-answer", node, problem: `did not answer ${request} within ${timeout / 1000} s` };
    }
    const { body, line } = answer;
    const text = excerpt(JSON.stringify(body));
    if (body.type === "error") return { rule: "refused-start", node, problem: `refused ${request}`, line, text };
    const problem = problemWithReply(request, body);
    return problem === undefined ? undefined : { rule: "malformed-reply", node, problem, line, text };
  }

  private printed(nodeId: string, { message, line, bytes }: Printed): void {
    if (this.stopped) return;
    const lineNumber = this.countLine(nodeId);
    const shown = () => line ?? JSON.stringify(message) ?? "";
    if (!isMessage(message)) {
      const problem = problemWithMessage(message) ?? "";
      this.lineBreach("not-a-message", nodeId, problem, lineNumber, shown());
      return;
    }
    if (message.src !== nodeId) {
      this.lineBreach("wrong-sender", nodeId, `printed a message from ${message.src}`, lineNumber, shown());
      return;
    }
    this.route(nodeId, message, line, bytes, lineNumber, shown);
  }

  private route(
    nodeId: string,
    message: Message,
    line: string | undefined,
    bytes: number,
    lineNumber: number,
    shown: () => string,
  ): void {
    const routing = this.parts.network.sendFromNode(message, line, bytes, lineNumber);
    if (routing === "sent") return;
    const sent = `sent ${typeOf(message.body)} to ${message.dest}`;
    if (routing === "client-gone") {
      const problem = `${sent}, a client that was done or had given up after ${REQUEST_TIMEOUT / 1000} s`;
      this.lineBreach("late-reply", nodeId, problem, lineNumber, shown());
    } else {
      this.lineBreach("unknown-destination", nodeId, `${sent}, which does not exist`, lineNumber, shown());
    }
  }

  private ended(node: string, exit: NodeExit): void {
    if (this.stopped) return;
    const text = exit.lastWords.length === 0 ? {} : { text: exit.lastWords.join("\n    ") };
    this.parts.breached({ rule: "node-ended", node, problem: `ended by itself (${exit.reason})`, ...text });
  }

  private lineBreach(rule: Rule, node: string, problem: string, line: number, text: string): void {
    if (!this.stopped) this.parts.breached({ rule, node, problem, line, text: excerpt(text) });
  }

  private countLine(nodeId: string): number {
    const count = (this.linesPrinted.get(nodeId) ?? 0) + 1;
    this.linesPrinted.set(nodeId, count);
    return count;
  }
}
