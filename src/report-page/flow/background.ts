import type { RunReport } from "../../workbench/report/data/run-report.js";
import { faultColour } from "../charts/shared.js";
import { FAULT_ROW, type Lanes } from "./lanes.js";
import { Inks, type Surface } from "./surface.js";

/** Shades of several faults lie on one another: among the lanes they are faint, above them not. */
const AMONG_LANES = 0.07;
const ABOVE_LANES = 0.3;

/** Paints what the arrows stand on: the time of every fault, shaded, and a line for each node. */
export function paintBackground(surface: Surface, { nodes, faults }: RunReport, lanes: Lanes): void {
  const { context, width, x } = surface;
  const inks = new Inks();
  const bottom = lanes.height - lanes.bottom;
  for (const { kind, from, to } of faults) {
    const top = lanes.faultTop(kind);
    context.fillStyle = inks.of(faultColour(lanes.faultKinds.indexOf(kind)));
    context.globalAlpha = ABOVE_LANES;
    context.fillRect(x(from), top, x(to) - x(from), FAULT_ROW);
    context.globalAlpha = AMONG_LANES;
    context.fillRect(x(from), top + FAULT_ROW, x(to) - x(from), bottom - top - FAULT_ROW);
  }
  context.globalAlpha = 1;
  context.strokeStyle = inks.of("--line");
  context.lineWidth = 1;
  context.beginPath();
  for (const node of nodes.keys()) {
    const y = Math.round(lanes.y(node)) + 0.5;
    context.moveTo(0, y);
    context.lineTo(width, y);
  }
  context.stroke();
}

/** Writes the names of the faults where their shade begins, or at the left edge if that is further left. */
export function nameFaults({ context, width, x }: Surface, { faults }: RunReport, lanes: Lanes): void {
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = new Inks().of("--ink");
  for (const { kind, from, to } of faults) {
    const begin = Math.max(lanes.left, x(from)) + 3;
    const room = Math.min(width, x(to)) - begin;
    if (room > 0) context.fillText(kind, begin, lanes.faultTop(kind) + 10);
  }
}
