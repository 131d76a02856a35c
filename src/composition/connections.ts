import type { GossipNode } from "../domain/node.js";
import type { LastingParts, SessionParts } from "./node-parts.js";

/** Connects the back edges between services that last as long as the node. */
export function connectNode({ values, peers, refutation }: LastingParts, node: GossipNode): void {
  values.followedBy(peers);
  refutation.paused.connect(() => node.pause());
  refutation.renewed.connect((incarnation) => node.startIncarnation(incarnation));
}

/** Connects the back edges between the services of a session. Every cycle between services is listed here. */
export function connectSession({ batcher, ackTimer, tree, antiEntropy, ...parts }: SessionParts): void {
  const { overlay, options, failureDetector, stability } = parts;
  overlay.changed.connect(() => options.viewChanged?.());
  batcher.sent.connect((member) => ackTimer.watch(member));
  ackTimer.exhausted.connect((member) => tree.suspect(member));
  failureDetector.failed.connect((member) => tree.suspect(member));
  antiEntropy.unanswered.connect((member) => tree.probe(member));
  stability.memberBehind.connect((member) => antiEntropy.requestDigest(member));
  stability.rootSilent.connect((member) => tree.probe(member));
}
