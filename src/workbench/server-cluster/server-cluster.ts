import { randomUUID } from "node:crypto";
import type { Delivery, MessageBody } from "../model/message.js";
import type { NodeEvents, NodeHandle, NodeHost } from "../model/node-host.js";
import { detailOf, type ServerAccess, type ServerAnswer, ServerClient } from "./server-client.js";

/** How to reach the servers. */
export interface ServerClusterOptions {
  /** Addresses such as `http://127.0.0.1:8080`, by node id. */
  readonly urls: ReadonlyMap<string, string>;
  readonly access: ServerAccess;
}

/** The largest page of values that a server gives. */
const PAGE = 10_000;
/** Time in ms that a server has for an answer. */
const TIMEOUT = 30_000;

/** A value of this run, among other values of the servers. */
interface BenchValue {
  readonly tidecastBench: string;
  readonly value: number;
}

/**
 * Shows running servers (`tidecast serve`) to the bench as its nodes: it translates a client's broadcast and read into requests over
 * HTTP, and the answers back. Their messages to each other do not pass through the bench. The values of a run carry the run's name,
 * so servers may hold others.
 */
export class ServerCluster implements NodeHost {
  private readonly run = randomUUID();
  private readonly controller = new AbortController();

  private readonly client: ServerClient;

  constructor(private readonly options: ServerClusterOptions) {
    this.client = new ServerClient(options.access);
  }

  start(nodeId: string, events: NodeEvents): NodeHandle {
    const url = this.options.urls.get(nodeId) as string;
    const server = new ServerNode(url, this.client, { run: this.run, signal: this.controller.signal });
    let isOver = false;
    const print = (message: object) => {
      if (!isOver) events.handleOutput(() => events.printed({ message, bytes: 0 }));
    };
    const deliver = ({ message }: Delivery) => {
      void server.answer(message.body).then((body) => {
        const answer = { ...body, in_reply_to: message.body.msg_id };
        print({ src: nodeId, dest: message.src, body: answer });
      });
      return true;
    };
    const stop = () => {
      isOver = true;
    };
    return { deliver, stop, kill: stop, pause: () => {}, resume: () => {} };
  }

  /** Ends all requests. The servers keep running. */
  async stop(): Promise<void> {
    this.controller.abort();
    this.client.close();
  }
}

/** Maelstrom's code for "the operation may have happened" (crash, 13) and for "it has not" (temporarily unavailable, 11). */
const CRASH = 13;
const UNAVAILABLE = 11;

/** One server, as the bench sees it. */
class ServerNode {
  /** Values of this run that reads have shown. */
  private readonly values: number[] = [];
  private cursor = "start";
  /** Reads are made one after another: each goes on where the last one ended. */
  private reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly url: string,
    private readonly client: ServerClient,
    private readonly context: { readonly run: string; readonly signal: AbortSignal },
  ) {}

  async answer(body: MessageBody): Promise<object> {
    try {
      switch (body.type) {
        case "broadcast":
          await this.broadcast(body.message as number);
          return { type: "broadcast_ok" };
        case "read":
          return { type: "read_ok", messages: await this.read() };
        case "init":
          await this.skipToNow();
          return { type: "init_ok" };
        default:
          return { type: `${String(body.type)}_ok` };
      }
    } catch (error) {
      const text = `${this.url}: ${(error as Error).message}`;
      return { type: "error", code: error instanceof Refused ? UNAVAILABLE : CRASH, text };
    }
  }

  private async broadcast(value: number): Promise<void> {
    const body = JSON.stringify({ tidecastBench: this.context.run, value } satisfies BenchValue);
    await this.request("/broadcast", { method: "POST", body });
  }

  /** Every value of this run that the server shows now. */
  private read(): Promise<number[]> {
    const result = this.reading.then(async () => {
      await this.readPages((value) => {
        if (isOfRun(value, this.context.run)) this.values.push(value.value);
      });
      return [...this.values];
    });
    this.reading = result.catch(() => {});
    return result;
  }

  /** Leaves out what the server holds before the run. */
  private async skipToNow(): Promise<void> {
    await this.readPages(() => {});
  }

  private async readPages(use: (value: unknown) => void): Promise<void> {
    for (let more = true; more; ) {
      const answer = await this.request(`/values?limit=${PAGE}&after=${encodeURIComponent(this.cursor)}`);
      const page = JSON.parse(answer.text) as { values: { value: unknown }[]; cursor: string; more: boolean };
      for (const { value } of page.values) use(value);
      ({ cursor: this.cursor, more } = page);
    }
  }

  /** @throws {Refused} (rejects) if the server has done nothing */
  private async request(path: string, init: { method?: "POST"; body?: string } = {}): Promise<ServerAnswer> {
    const { signal } = this.context;
    const answer = await this.client.request(this.url + path, { ...init, signal, timeout: TIMEOUT });
    const { status } = answer;
    if (status >= 200 && status < 300) return answer;
    // With 504 the value is accepted, and 500 says nothing.
    const isRefusal = status < 500 || status === 503;
    throw new (isRefusal ? Refused : Error)(`${status} ${detailOf(answer)}`);
  }
}

/** The server has refused a request. */
class Refused extends Error {}

function isOfRun(value: unknown, run: string): value is BenchValue {
  const { tidecastBench } = (value ?? {}) as Partial<BenchValue>;
  return tidecastBench === run;
}
