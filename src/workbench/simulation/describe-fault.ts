import { DISK_TROUBLES } from "./disk/disk-fault.js";
import { type Fault, nameOf, type Scenario } from "./scenario.js";

/** A fault in one line. */
export function describeFault(scenario: Pick<Scenario, "numbers">, fault: Fault): string {
  const name = (index: number) => nameOf(scenario, index);
  const span = `${fault.from / 1000}–${fault.until / 1000} s`;
  switch (fault.kind) {
    case "partition":
      return `partition (${fault.shape}) of ${fault.order.map(name).join(" ")}: ${span}`;
    case "cut":
      return `no message from ${name(fault.source)} reaches ${name(fault.target)}: ${span}`;
    case "crash":
      return `${name(fault.node)} ${fault.powerCut === true ? "loses power" : "is killed"} at ${fault.from / 1000} s, ${fault.returns ? `back at ${fault.until / 1000} s${describeRestart(fault)}` : "and never restarted"}`;
    case "disk":
      return `the disk of ${name(fault.node)} ${DISK_TROUBLES[fault.trouble]}: ${span}`;
    case "rival":
      return `a second process runs as ${name(fault.node)}: ${span}`;
    case "pause":
      return `${name(fault.node)} is paused: ${span}`;
    default:
      return `${fault.kind} of ${fault.permille / 10} % of the messages${fault.kind === "tail" ? ` by up to ${fault.extra} ms` : ""}: ${span}`;
  }
}

function describeRestart({ initAlone = false, setBack = 0 }: { initAlone?: boolean; setBack?: number }): string {
  return `${initAlone ? " with init only" : ""}${setBack > 0 ? `, its clock set back by ${setBack} ms` : ""}`;
}
