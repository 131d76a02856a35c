import Table from "cli-table3";
import colors from "picocolors";
import { printable } from "../model/printable.js";

/** The answer of a server's route `/status`. */
export interface ServerStatus {
  readonly id: string;
  readonly version: string;
  readonly root: string;
  readonly ready: boolean;
  readonly values: number;
  /** In ms. */
  readonly uptime: number;
  readonly streams: number;
  readonly members: readonly MemberStatus[];
}

interface MemberStatus {
  readonly id: string;
  readonly state: string;
  readonly self: boolean;
  readonly address?: string;
  readonly joined?: number;
  readonly roundTrip?: number;
  readonly backlog?: number;
  /** Absent in the answers of older servers. */
  readonly lag?: { readonly values: number; readonly isLowerBound: boolean; readonly age: number };
}

const UNKNOWN = "–";

/** The state of a server in one line, and a table of its members. */
export function renderStatus(url: string, status: ServerStatus, now: number): string {
  const { id, version, ready, values, uptime, streams, members, root } = status;
  const state = ready ? colors.green("ready") : colors.red("not ready");
  const counts = `${counted(values, "value")}, ${counted(streams, "stream")}`;
  const head = `${colors.bold(url)}: ${printable(id)}, ${state}, version ${printable(version)}, up for ${duration(uptime)}, ${counts}`;
  const table = new Table({
    head: ["member", "role", "state", "address", "member for", "round trip", "backlog", "lag"],
    colAligns: ["left", "left", "left", "left", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const member of members) table.push(rowOf(member, root, now));
  return `${head}\n${table.toString()}`;
}

function rowOf({ id, state, self, address, joined, roundTrip, backlog, lag }: MemberStatus, root: string, now: number) {
  const roles = [...(id === root ? ["root"] : []), ...(self ? ["this server"] : [])];
  return [
    printable(id),
    roles.join(", "),
    state === "alive" ? state : colors.red(printable(state)),
    printable(address ?? UNKNOWN),
    joined === undefined ? UNKNOWN : duration(now - joined),
    roundTrip === undefined ? UNKNOWN : `${roundTrip.toFixed(0)} ms`,
    backlog === undefined ? UNKNOWN : counted(backlog, "value"),
    lag === undefined ? UNKNOWN : lagText(lag),
  ];
}

function lagText({ values, isLowerBound, age }: NonNullable<MemberStatus["lag"]>): string {
  if (values === 0 && !isLowerBound) return counted(0, "value");
  return `${isLowerBound ? "at least " : ""}${counted(values, "value")}, ${duration(age)}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** A duration in the largest units that suit it. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
