import type { RunReport } from "../../workbench/report/data/run-report.js";
import { faultColour } from "../charts/shared.js";
import { FAULT_ROW, type Lanes } from "./lanes.js";
import { Inks, type Surface } from "./surface.js";

const FAULT_FONT = "11px system-ui, sans-serif";
/** Shades of several faults overlap: faint among the lanes, strong above them. */
const AMONG_LANES = 0.07;
const ABOVE_LANES = 0.3;

/** Paints the background of the arrows: the time of every fault, shaded, and a line per node. */
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

/** Writes the name of each kind of fault beside its row. */
export function nameFaults({ context }: Pick<Surface, "context">, lanes: Lanes): void {
  context.font = FAULT_FONT;
  context.fillStyle = new Inks().of("--faint");
  for (const kind of lanes.faultKinds) context.fillText(kind, 2, lanes.faultTop(kind) + 10);
}
