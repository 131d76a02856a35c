/**
 * A pool of Vitest that runs the tests of one mutant after another in the same thread. Vitest's own pools end their threads with
 * each run, so each mutant would wait until a new thread has loaded the modules.
 */
import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { PoolOptions, PoolWorker, TestProject, WorkerRequest } from "vitest/node";

/** A thread needs more memory with each run: after so many, a new one takes over. */
const RUNS = 200;

/** Exit code of a process whose modules an earlier mutant has spoiled. */
const SPOILED = 75;

type Listener = (argument: unknown) => void;

/** A thread with the listeners of its present run. */
class Thread {
  runs = 0;
  isAlive = true;
  private readonly worker: Worker;
  private readonly listeners: Record<string, Set<Listener>> = { message: new Set(), error: new Set(), exit: new Set() };

  constructor({ env, execArgv }: Pick<PoolOptions, "env" | "execArgv">) {
    this.worker = new Worker(resolve("test/mutation/kept-thread.worker.mjs"), { env, execArgv });
    for (const [event, listeners] of Object.entries(this.listeners))
      this.worker.on(event, (argument) => {
        for (const listener of [...listeners]) listener(argument);
      });
    this.worker.on("exit", () => {
      this.isAlive = false;
    });
  }

  on(event: string, listener: Listener): void {
    this.listeners[event]?.add(listener);
  }

  off(event: string, listener: Listener): void {
    this.listeners[event]?.delete(listener);
  }

  send(message: WorkerRequest): void {
    this.worker.postMessage(message);
  }

  /** The run has ended. */
  rest(): void {
    for (const listeners of Object.values(this.listeners)) listeners.clear();
    this.runs++;
  }

  end(): Promise<unknown> {
    return this.worker.terminate();
  }
}

/** Threads that wait for the next run. */
const waiting: Thread[] = [];

function takeWaiting(): Thread | undefined {
  let thread = waiting.pop();
  while (thread?.isAlive === false) thread = waiting.pop();
  return thread;
}

/** Whether modules are loaded with the mutant in them, so that no other run may use them. */
function changesModules(project: TestProject): boolean {
  return (project.getProvidedContext() as { readonly mutantActivation?: string }).mutantActivation === "static";
}

class KeptThread implements PoolWorker {
  readonly name = "kept-thread";
  readonly #thread: Thread;
  readonly #mayBeKept: boolean;
  #isClean = false;

  constructor(options: PoolOptions) {
    this.#mayBeKept = !changesModules(options.project);
    this.#thread = (this.#mayBeKept ? takeWaiting() : undefined) ?? new Thread(options);
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#thread.rest();
    if (this.#mayBeKept && this.#isClean && this.#thread.runs < RUNS) waiting.push(this.#thread);
    else await this.#thread.end();
  }

  send(message: WorkerRequest): void {
    this.#thread.send(message);
  }

  on(event: string, listener: Listener): void {
    this.#thread.on(event, listener);
  }

  off(event: string, listener: Listener): void {
    this.#thread.off(event, listener);
  }

  deserialize(data: unknown): unknown {
    const message = data as { readonly type?: string; readonly clean?: boolean };
    if (message.type === "giveUp") process.exit(SPOILED);
    if (message.type === "stopped") this.#isClean = message.clean ?? false;
    return data;
  }
}

export const keptThreads = {
  name: "kept-thread",
  createPoolWorker: (options: PoolOptions): PoolWorker => new KeptThread(options),
};
