import type { Clock } from "../../domain/ports/clock.js";
import { type Answer, Client } from "./client.js";
import { ClusterNode } from "./cluster-node.js";
import type { NodeControl } from "./faults/node-faults.js";
import { type Message, type MessageBody, type Printed, typeOf } from "./message.js";
import type { GoneClient, Network } from "./network.js";
import type { NodeEvents, NodeExit, NodeHost } from "./node-host.js";
import { jsonText, mayLoseNumbers, parseExactly } from "./number-literals.js";
import { excerpt, printable, shownName } from "./printable.js";
import { isMessage, problemWithMessage, problemWithReply } from "./protocol-rules.js";
import { whyNoAnswer } from "./silence.js";
import type { Topology } from "./topologies.js";
import { forClientOf, type Rule } from "./violation.js";
import { REQUEST_TIMEOUT } from "./worker.js";

/** The requests that begin a node's life. */
type StartRequest = "init" | "topology";

/** Time that a node has to answer them, in ms. */
const START_TIMEOUTS: Readonly<Record<StartRequest, number>> = { init: 10_000, topology: REQUEST_TIMEOUT };

/** A breach as the cluster sees it; its recorder adds the time. */
export interface Breach {
  readonly rule: Rule;
  readonly node: string;
  readonly problem: string;
  readonly line?: number;
  readonly text?: string;
  readonly delivered?: true;
  readonly lastWords?: readonly string[];
}

/** Dependencies and listeners of the cluster. */
export interface ClusterParts {
  readonly clock: Clock;
  readonly host: NodeHost;
  readonly network: Network;
  readonly breached: (breach: Breach) => void;
  /** Called if the machine could not run a node. */
  readonly machineFailed: (fault: string) => void;
  /** Does work caused by a node's output. */
  readonly handleOutput: (work: () => void) => void;
}

/**
 * The nodes under test: starts, initialises, kills and restarts them, and puts their output on the network. A line that breaks a
 * rule is reported and not delivered. Unlike in Maelstrom the node is still heard afterwards: the run has failed already, and
 * further mistakes are worth knowing.
 */
export class Cluster implements NodeControl {
  private readonly nodes: ReadonlyMap<string, ClusterNode>;
  private topology: Topology = {};
  private stopped = false;

  constructor(
    private readonly nodeIds: readonly string[],
    private readonly parts: ClusterParts,
  ) {
    this.nodes = new Map(nodeIds.map((id) => [id, new ClusterNode(id, parts, this.eventsOf(id))]));
  }

  /** Starts every node and sends `init`; calls `ready` when all have answered. A failure is reported as a breach instead. */
  start(ready: () => void): void {
    for (const node of this.nodes.values()) if (!this.stopped) node.start();
    this.askAll("init", ready);
  }

  /** Sends `topology` to every node; calls `ready` when all have answered. A failure is reported as a breach instead. */
  introduce(topology: Topology, ready: () => void): void {
    this.topology = topology;
    this.askAll("topology", ready);
  }

  kill(nodeId: string): void {
    this.node(nodeId).kill();
  }

  restart(nodeId: string, withTopology: boolean, ready: () => void): void {
    const node = this.node(nodeId);
    node.afterLife(() => {
      if (this.stopped) return;
      node.start(withTopology);
      this.ask(nodeId, "init", withTopology ? () => this.ask(nodeId, "topology", ready) : ready);
    });
  }

  pause(nodeId: string): void {
    this.node(nodeId).pause();
  }

  resume(nodeId: string): void {
    this.node(nodeId).resume();
  }

  /** Whether a node, or a service, is paused. */
  isPaused(nodeId: string): boolean {
    return this.nodes.get(nodeId)?.isPaused ?? false;
  }

  /** Ends every node. */
  stop(): void {
    this.stopped = true;
    for (const node of this.nodes.values()) node.stop();
  }

  private node(nodeId: string): ClusterNode {
    const node = this.nodes.get(nodeId);
    if (node === undefined) throw new RangeError(`there is no node ${nodeId}`);
    return node;
  }

  private eventsOf(nodeId: string): NodeEvents {
    return {
      printed: (printed) => this.printed(nodeId, printed),
      rubbish: (line, _bytes, problem) => this.lineBreach("not-json", nodeId, problem, this.countLine(nodeId), line),
      handleOutput: this.parts.handleOutput,
      writable: () => this.parts.network.resumeReceiver(nodeId),
      ended: (exit) => this.ended(nodeId, exit),
    };
  }

  private askAll(request: StartRequest, ready: () => void): void {
    let missing = this.nodeIds.length;
    for (const nodeId of this.nodeIds)
      this.ask(nodeId, request, () => {
        if (--missing === 0) ready();
      });
  }

  /** Sends one of the requests that begin a node's life; calls `answered` once it has answered. */
  private ask(nodeId: string, request: StartRequest, answered: () => void): void {
    if (this.stopped) return;
    const timeout = START_TIMEOUTS[request];
    const client = new Client(this.parts, nodeId);
    const body = request === "init" ? { node_id: nodeId, node_ids: this.nodeIds } : { topology: this.topology };
    client.request({ type: request, ...body }, timeout, (answer) => {
      // Maelstrom closes the clients of init at once, and keeps those of topology to the end.
      if (request === "init") client.close();
      const breach = this.breachOf(request, timeout, nodeId, answer);
      if (breach !== undefined) this.parts.breached(breach);
      // A malformed answer counts as an answer: the node may continue, though the run has failed.
      if (breach === undefined || breach.rule === "malformed-reply") answered();
    });
  }

  private breachOf(request: StartRequest, timeout: number, asked: string, answer: Answer): Breach | undefined {
    if (answer.kind === "timeout") return this.noAnswer(request, timeout, asked, answer.stray);
    const { from: node, body, line } = answer;
    const text = excerpt(jsonText(body));
    if (body.type === "error")
      return { rule: "refused-start", node, problem: forClientOf(asked, node, `refused ${request}`), line, text };
    const problem = problemWithReply(request, body);
    if (problem === undefined) return undefined;
    return { rule: "malformed-reply", node, problem: forClientOf(asked, node, problem), line, text };
  }

  private noAnswer(request: StartRequest, timeout: number, node: string, stray: MessageBody | undefined): Breach {
    const output = this.node(node).output();
    const why = whyNoAnswer(request, output, stray);
    const problem = `did not answer ${request} within ${timeout / 1000} s${why === undefined ? "" : `: ${why}`}`;
    return { rule: "no-answer", node, problem, ...wordsOf(output?.lastWords ?? []) };
  }

  private printed(nodeId: string, printed: Printed): void {
    if (this.stopped) return;
    const { line, bytes, rest } = printed;
    const lineNumber = this.countLine(nodeId);
    if (rest !== undefined) {
      const problem = "printed more than one message on a line: everything after the first is ignored";
      const breach = { rule: "not-json" as const, node: nodeId, problem, line: lineNumber, text: excerpt(rest) };
      this.parts.breached({ ...breach, delivered: true });
    }
    const message = this.withExactNumbers(printed);
    const shown = () => line ?? jsonText(message);
    if (!isMessage(message)) {
      const problem = problemWithMessage(message) ?? "";
      this.lineBreach("not-a-message", nodeId, problem, lineNumber, shown());
      return;
    }
    if (message.src !== nodeId) {
      const delivered = this.parts.network.hasReceiver(message.src) ? { delivered: true as const } : {};
      const problem = `printed a message from ${shownName(message.src)}`;
      const breach = { rule: "wrong-sender" as const, node: nodeId, problem, line: lineNumber, text: excerpt(shown()) };
      this.parts.breached({ ...breach, ...delivered });
      if (delivered.delivered === undefined) return;
    }
    this.route(nodeId, message, line, bytes, lineNumber, shown);
  }

  /**
   * The message as Maelstrom reads it. Between nodes a number may be written in any form; in the message's own id and in
   * replies to clients, 3.0 is not 3.
   */
  private withExactNumbers({ message, line }: Printed): unknown {
    if (line === undefined || !isMessage(message) || !mayLoseNumbers(line)) return message;
    if (message.id === undefined && this.nodes.has(message.dest)) return message;
    return parseExactly(line);
  }

  private route(
    nodeId: string,
    message: Message,
    line: string | undefined,
    bytes: number,
    lineNumber: number,
    shown: () => string,
  ): void {
    const routing = this.parts.network.sendFromNode(message, line, bytes, lineNumber, nodeId);
    if (routing === "sent") return;
    const sent = `sent ${shownName(typeOf(message.body))} to ${shownName(message.dest)}`;
    const gone = this.parts.network.goneClient(message.dest);
    if (routing === "client-gone" && gone !== undefined) {
      // A node that was paused after the request cannot help being late.
      if (this.node(nodeId).stoodStillSince(gone.closedAt - REQUEST_TIMEOUT)) return;
      this.lineBreach("late-reply", nodeId, this.lateness(sent, message.body, gone), lineNumber, shown());
    } else {
      this.lineBreach("unknown-destination", nodeId, `${sent}, which does not exist`, lineNumber, shown());
    }
  }

  /** Describes the problem with a message to a client that was closed. */
  private lateness(sent: string, { in_reply_to }: MessageBody, { last }: GoneClient): string {
    // Maelstrom closes the client of init with its answer; other clients are closed because their answer did not come in time.
    if (last?.type === "init") return `${sent}, a client whose init had already been answered`;
    if (last === undefined || in_reply_to !== last.id) return `${sent}, a client that had already left`;
    const after = (this.parts.clock.now() - last.askedAt) / 1000;
    return `answered ${last.type} after ${after.toFixed(1)} s, too late: clients wait only ${REQUEST_TIMEOUT / 1000} s`;
  }

  private ended(node: string, exit: NodeExit): void {
    if (this.stopped) return;
    if (exit.machineFault !== undefined) {
      this.parts.machineFailed(`${node} ${exit.machineFault}`);
      return;
    }
    const { reason, lastWords, cause } = exit;
    this.parts.breached({ rule: "node-ended", node, problem: printable(reason), ...wordsOf(lastWords, cause) });
  }

  private lineBreach(rule: Rule, node: string, problem: string, line: number, text: string): void {
    if (!this.stopped) this.parts.breached({ rule, node, problem, line, text: excerpt(text) });
  }

  private countLine(nodeId: string): number {
    return ++this.node(nodeId).linesPrinted;
  }
}

/** The node's stderr for a breach: the line that names the cause, and all lines if there are several. */
function wordsOf(lastWords: readonly string[], cause = lastWords.at(-1)): Pick<Breach, "text" | "lastWords"> {
  return {
    ...(cause !== undefined && { text: excerpt(cause) }),
    ...(lastWords.length > 1 && { lastWords: lastWords.map(printable) }),
  };
}
