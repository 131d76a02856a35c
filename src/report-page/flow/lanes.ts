import type { FaultSpan } from "../../workbench/report/data/run-report.js";
import { gutterFor, type Measure } from "../labels.js";

/** Height of the row with the name of one kind of fault; pixels. */
export const FAULT_ROW = 13;
/** Height of a lane, and minimum of all lanes together; pixels. */
const LANE = 20;
/** With more nodes the lanes are narrow. */
const MANY = 40;
const NARROW_LANE = 12;
const LEAST_LEFT = 44;
const LEAST_HEIGHT = 160;

/** Positions of the nodes' lanes; all in pixels. */
export class Lanes {
  /** Space for the names of the nodes and the faults. */
  left = LEAST_LEFT;
  /** Space above the lanes for the names of the faults, and below for the axis. */
  readonly top: number;
  readonly bottom = 24;
  readonly height: number;
  /** Kinds of faults, one row each. */
  readonly faultKinds: readonly string[];

  constructor(
    private readonly names: readonly string[],
    faults: readonly FaultSpan[],
  ) {
    this.faultKinds = [...new Set(faults.map(({ kind }) => kind))];
    this.top = 10 + FAULT_ROW * this.faultKinds.length;
    this.height =
      Math.max(LEAST_HEIGHT, names.length * (names.length > MANY ? NARROW_LANE : LANE)) + this.top + this.bottom;
  }

  /** Size of the names of nodes, in pixels. */
  get nameSize(): number {
    return this.names.length > MANY ? 10 : 12;
  }

  /** Reserves space at the left for the names, in a diagram of this width. */
  fit(width: number, measure: Measure): void {
    this.left = gutterFor([...this.names, ...this.faultKinds], width, LEAST_LEFT, measure);
  }

  /** The middle of a node's lane. */
  y(node: number): number {
    return this.top + ((node + 0.5) * (this.height - this.top - this.bottom)) / this.names.length;
  }

  /** The upper edge of the shade of a fault. */
  faultTop(kind: string): number {
    return 4 + FAULT_ROW * this.faultKinds.indexOf(kind);
  }
}
