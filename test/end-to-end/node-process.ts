import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The built Maelstrom binary; `npm test` builds it. */
export const nodeBinary = new URL("../../dist/node.js", import.meta.url).pathname;

/** A message as it stands on a line. */
export interface Message {
  readonly src: string;
  readonly dest: string;
  readonly body: { readonly type: string; readonly [key: string]: unknown };
}

/** How a node ended. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A running node, as a test talks to it. */
export class NodeProcess {
  /** Every line of stdout so far. */
  readonly lines: string[] = [];
  /** Every line of stderr so far. */
  readonly complaints: string[] = [];
  readonly ended: Promise<Outcome>;
  private readonly child: ChildProcessWithoutNullStreams;
  /** By the client that asked and the id of its request. */
  private readonly waiting = new Map<string, (message: Message) => void>();
  private lastId = 0;

  constructor(args: readonly string[] = []) {
    this.child = spawn(nodeBinary, args);
    this.child.stdin.on("error", () => {});
    createInterface({ input: this.child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
      this.lines.push(line);
      const message: Message = JSON.parse(line);
      const id = message.body.in_reply_to;
      if (typeof id === "number") this.waiting.get(`${message.dest} ${id}`)?.(message);
    });
    createInterface({ input: this.child.stderr }).on("line", (line) => this.complaints.push(line));
    this.ended = once(this.child, "close").then(([code, signal]) => ({ code, signal }));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("the node did not start");
    return this.child.pid;
  }

  /** Every message that it sent so far. */
  get messages(): Message[] {
    return this.lines.map((line) => JSON.parse(line));
  }

  /** Writes bytes to stdin as they are; resolves once the pipe has taken them. */
  write(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve) => this.child.stdin.write(bytes, () => resolve()));
  }

  /** Sends a request and waits for its answer. `body` may be JSON text, for content that JavaScript cannot represent. */
  async request(type: string, fields: Record<string, unknown> | string = {}, client = "c1"): Promise<Message> {
    const id = ++this.lastId;
    const answer = new Promise<Message>((resolve) => this.waiting.set(`${client} ${id}`, resolve));
    const rest = typeof fields === "string" ? fields : JSON.stringify(fields).slice(1, -1);
    await this.write(requestLine(`"type":"${type}","msg_id":${id}${rest === "" ? "" : `,${rest}`}`, client));
    return Promise.race([
      answer,
      this.ended.then(({ code, signal }) => {
        throw new Error(`the node ended (${code ?? signal}) before it answered; stderr: ${this.complaints.join("\n")}`);
      }),
    ]);
  }

  /** `init` and `topology` of a cluster in which this node is n0. */
  async join(members: readonly string[] = ["n0"]): Promise<void> {
    await this.request("init", { node_id: "n0", node_ids: members }, "c0");
    await this.request("topology", { topology: { n0: members.filter((id) => id !== "n0") } });
  }

  /** Every value that it knows. */
  async read(): Promise<unknown> {
    return (await this.request("read")).body.messages;
  }

  /** Ends its stdin, after `bytes`; resolves when the process is gone. */
  async end(bytes = ""): Promise<Outcome> {
    this.child.stdin.end(bytes);
    return this.ended;
  }

  /** Stops reading its output permanently, like an interrupted harness. */
  hangUp(): void {
    this.child.stdout.destroy();
  }
}

/** One line to n0, from the fields of a body as JSON text. */
export function requestLine(body: string, client = "c1"): string {
  return `{"src":"${client}","dest":"n0","body":{${body}}}\n`;
}
