import type { Health as NodeHealth, TidecastNode } from "../library/index.js";

/** The state of a server, for probes. */
export class Health {
  private isDraining = false;

  constructor(private readonly node: Pick<TidecastNode<never>, "health">) {}

  /** The server shuts down, and is not ready from now on. */
  drain(): void {
    this.isDraining = true;
  }

  /** Why the process should be restarted; `undefined` if it is well. */
  get unhealthy(): string | undefined {
    return reasonOf(this.node.health(), "JOURNAL_LOST");
  }

  /** Why no client should be sent here; `undefined` if the server is ready. */
  get notReady(): string | undefined {
    if (this.isDraining) return "the server is shutting down";
    const { isReady, problems } = this.node.health();
    // The first problem is one that keeps the node from being ready.
    return isReady ? undefined : (problems[0]?.message ?? "the node is not ready");
  }
}

function reasonOf({ problems }: NodeHealth, code: NodeHealth["problems"][number]["code"]): string | undefined {
  return problems.find((problem) => problem.code === code)?.message;
}
