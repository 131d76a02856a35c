import type { Pacer } from "../batching/pacer.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import type { TreeMaintenance } from "./tree-maintenance.js";

interface RelayCheckDeps {
  readonly clock: Clock;
  readonly peers: DeltaTracker;
  readonly pacer: Pick<Pacer, "isParent" | "nextDowncast" | "answerTime">;
  readonly tree: Pick<TreeMaintenance, "probe">;
}

/**
 * Checks that the parent has lived long enough to pass an upcast on. A regular acknowledgement leaves together with the values. One that
 * was requested leaves before: the parent passes the values on in its next round, and may end until then. If the cluster is idle
 * afterwards, nobody speaks to the parent, and nobody would notice.
 */
export class RelayCheck {
  private cancel: CancelTask = () => {};

  constructor(private readonly deps: RelayCheckDeps) {}

  /** The member has acknowledged an upcast because this node requested it. */
  requestAnswered(member: MemberId): void {
    const { clock, peers, pacer, tree } = this.deps;
    const due = pacer.isParent(member) ? pacer.nextDowncast() : undefined;
    if (due === undefined) return;
    this.cancel();
    this.cancel = clock.schedule(due + pacer.answerTime(member) - clock.now(), () => {
      const { lastHeardAt = Number.NEGATIVE_INFINITY } = peers.peek(member);
      if (pacer.isParent(member) && lastHeardAt < due) tree.probe(member);
    });
  }

  close(): void {
    this.cancel();
  }
}
