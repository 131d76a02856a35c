/** Whether a member is running, paused or dead, and the tasks that wait until it resumes. */
export class Liveness {
  private state: "running" | "paused" | "dead" = "running";
  private held: (() => void)[] = [];

  get isDead(): boolean {
    return this.state === "dead";
  }

  /** Runs the task now, or after the member resumes, in order; never if it is dead. */
  whenRunning(act: () => void): void {
    if (this.state === "running") act();
    else if (this.state === "paused") this.held.push(act);
  }

  pause(): void {
    if (this.state === "running") this.state = "paused";
  }

  resume(): void {
    if (this.state !== "paused") return;
    this.state = "running";
    for (const act of this.held.splice(0)) this.whenRunning(act);
  }

  die(): void {
    this.state = "dead";
    this.held = [];
  }
}
