import type { TidecastNode } from "../library/index.js";

/** The state of a server, for probes. */
export class Health {
  private isReady = false;
  private isDraining = false;
  private failure: string | undefined;

  /** Follows a node that has just been created. */
  follow(node: Pick<TidecastNode<never>, "on">): void {
    node.on("ready", () => {
      this.isReady = true;
    });
    node.on("error", (error) => {
      if ((error as { code?: string }).code === "TIDECAST_JOURNAL_UNAVAILABLE") this.failure = error.message;
    });
  }

  /** The server shuts down, and is not ready from now on. */
  drain(): void {
    this.isDraining = true;
  }

  get draining(): boolean {
    return this.isDraining;
  }

  /** Why the process should be restarted; `undefined` if it is well. */
  get unhealthy(): string | undefined {
    return this.failure;
  }

  /** Why no client should be sent here; `undefined` if the server is ready. */
  get notReady(): string | undefined {
    if (this.isDraining) return "the server is shutting down";
    if (this.failure !== undefined) return this.failure;
    return this.isReady ? undefined : "the server has not caught up with the other members yet";
  }
}
