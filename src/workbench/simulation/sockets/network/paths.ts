/** The state of the network from one host to another, at one moment. */
export type Path =
  | { readonly state: "open" }
  /** Segments wait until this time, and none is lost. */
  | { readonly state: "held"; readonly until: number }
  /** Segments are lost. */
  | { readonly state: "cut" };

/** A fault of the network between hosts, while it lasts. */
export interface PathFault {
  /** `cut`: segments are lost. `stall`: they wait until the end. */
  readonly kind: "cut" | "stall";
  readonly until: number;
  /** Whether it concerns segments from one host to the other. */
  readonly concerns: (from: string, to: string) => boolean;
}

const OPEN: Path = { state: "open" };
const CUT: Path = { state: "cut" };

/** The faults of the network that last at the moment. */
export class Paths {
  private readonly faults = new Set<PathFault>();

  /** @returns a function that ends the fault */
  begin(fault: PathFault): () => void {
    this.faults.add(fault);
    return () => this.faults.delete(fault);
  }

  /** @param from IP address of a host @param to another one */
  between(from: string, to: string): Path {
    let until = 0;
    for (const fault of this.faults) {
      if (!fault.concerns(from, to)) continue;
      if (fault.kind === "cut") return CUT;
      until = Math.max(until, fault.until);
    }
    return until === 0 ? OPEN : { state: "held", until };
  }
}
