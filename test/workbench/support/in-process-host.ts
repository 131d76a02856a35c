import type { Clock } from "../../../src/domain/ports/clock.js";
import { Liveness } from "../../../src/workbench/model/liveness.js";
import type { NodeEvents, NodeHandle, NodeHost } from "../../../src/workbench/model/node-host.js";
import { parsePrinted } from "../../../src/workbench/model/printed-line.js";
import type { Behaviour } from "../../fixtures/nodes/behaviours.js";

/** Runs the fixture nodes inside this process, on the bench's clock: a perfect machine, so every run is repeatable. */
export class InProcessHost implements NodeHost {
  /** Number of running nodes. */
  running = 0;

  constructor(
    private readonly clock: Clock,
    private readonly behaviourOf: (nodeId: string) => Behaviour,
  ) {}

  start(nodeId: string, events: NodeEvents): NodeHandle {
    this.running++;
    const life = new Liveness();
    // A node handles a message in no time, but after the bench has finished handing it over.
    const later = (task: () => void) => this.clock.schedule(0, () => life.whenRunning(task));
    const end = () => {
      if (!life.isDead) this.running--;
      life.die();
    };
    const receive = this.behaviourOf(nodeId)((line) => {
      const printed = typeof line === "string" ? parsePrinted(line, line.length) : { message: line, bytes: 0 };
      if (printed !== undefined) events.printed(printed);
      else if (typeof line === "string") events.rubbish(line, line.length, "printed a line that is not JSON");
    });
    return {
      deliver: ({ message, line }) => {
        later(() => receive(line === undefined ? message : JSON.parse(line)));
        return true;
      },
      stop: end,
      kill: (gone) => {
        end();
        gone();
      },
      pause: () => life.pause(),
      resume: () => life.resume(),
    };
  }
}
