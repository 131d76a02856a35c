import type { FaultSpan } from "../../workbench/report/data/run-report.js";

/** Height of the row in which the spans of a kind of fault have their name; pixels. */
export const FAULT_ROW = 13;
/** Pixels: of a lane, and of all of them at least. */
const LANE = 20;
const LEAST_HEIGHT = 160;

/** Where the lanes of the nodes are; all in pixels. */
export class Lanes {
  /** Room for the names of the nodes. */
  readonly left = 44;
  /** Room above the lanes for the names of the faults, and below for the axis. */
  readonly top: number;
  readonly bottom = 24;
  readonly height: number;
  /** Kinds of faults, a row each. */
  readonly faultKinds: readonly string[];

  constructor(
    private readonly nodes: number,
    faults: readonly FaultSpan[],
  ) {
    this.faultKinds = [...new Set(faults.map(({ kind }) => kind))];
    this.top = 10 + FAULT_ROW * this.faultKinds.length;
    this.height = Math.max(LEAST_HEIGHT, nodes * LANE) + this.top + this.bottom;
  }

  /** The middle of a node's lane. */
  y(node: number): number {
    return this.top + ((node + 0.5) * (this.height - this.top - this.bottom)) / this.nodes;
  }

  /** The upper edge of the shade of a fault. */
  faultTop(kind: string): number {
    return 4 + FAULT_ROW * this.faultKinds.indexOf(kind);
  }
}
