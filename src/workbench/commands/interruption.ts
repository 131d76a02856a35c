/** Notes Ctrl-C, so that a command can end between two pieces of work and print what it has. */
export class Interruption {
  /** Whether Ctrl-C was pressed. */
  isPending = false;

  constructor() {
    process.once("SIGINT", this.note);
  }

  /** Work in virtual time blocks the thread; this lets Ctrl-C through. */
  letThrough(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  stop(): void {
    process.removeListener("SIGINT", this.note);
  }

  private readonly note = (): void => {
    this.isPending = true;
  };
}
