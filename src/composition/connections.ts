import type { DeltaTracker } from "../domain/delta/delta-tracker.js";
import type { Refutation } from "../domain/failure/refutation.js";
import type { GossipNode } from "../domain/node.js";
import type { ValueLog } from "../domain/values/value-log.js";
import type { makeSessionParts } from "./session-parts.js";

/** Connects the back edges between services that last as long as the node. */
export function connectNode(
  { values, peers, refutation }: { values: ValueLog; peers: DeltaTracker; refutation: Refutation },
  node: GossipNode,
): void {
  values.followedBy(peers);
  refutation.paused.connect(() => node.pause());
  refutation.renewed.connect((incarnation) => node.startIncarnation(incarnation));
}

/** Connects the back edges between the services of a session. Every cycle between services is listed here. */
export function connectSession({ batcher, ackTimer, ...parts }: ReturnType<typeof makeSessionParts>): void {
  const { overlay, viewChanged, antiEntropy, failureDetector, stabilityDetector: stability, tree } = parts;
  overlay.changed.connect(viewChanged);
  batcher.sent.connect((member) => ackTimer.watch(member));
  ackTimer.exhausted.connect((member) => tree.suspect(member));
  failureDetector.failed.connect((member) => tree.suspect(member));
  antiEntropy.unanswered.connect((member) => tree.probe(member));
  stability.memberBehind.connect((member) => antiEntropy.requestDigest(member));
  stability.rootSilent.connect((member) => tree.probe(member));
}
