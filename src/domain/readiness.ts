import type { VersionVector } from "./values/version-vector.js";

/**
 * Whether this node has caught up after its start: it has every value that another member had when the two compared for
 * the first time. A node without other members has nothing to catch up with.
 */
export class Readiness {
  private wanted: VersionVector | undefined;
  private isDone = false;

  /** @param whenReady called once; absent if nothing waits for it */
  constructor(private readonly whenReady?: () => void) {}

  /** Whether anything waits until this node has caught up. */
  get isAwaited(): boolean {
    return this.whenReady !== undefined && !this.isDone;
  }

  /**
   * Another member has these values.
   * @param isPart whether they are some of its values, and others may follow
   */
  compared(vector: VersionVector, known: VersionVector, isPart = false): void {
    if (this.isDone) return;
    if (this.wanted === undefined) this.wanted = vector;
    else if (isPart) this.wanted.merge(vector);
    this.check(known);
  }

  /** @param known what this node has now */
  check(known: VersionVector): void {
    if (this.wanted !== undefined && known.covers(this.wanted)) this.finish();
  }

  /** There is no other member. */
  isAlone(): void {
    if (!this.isDone) this.finish();
  }

  private finish(): void {
    this.isDone = true;
    this.wanted = undefined;
    this.whenReady?.();
  }
}
