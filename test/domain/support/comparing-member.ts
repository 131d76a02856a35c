import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { AntiEntropy } from "../../../src/domain/anti-entropy/anti-entropy.js";
import type { AntiEntropyPace } from "../../../src/domain/anti-entropy/reconciliation.js";
import { Prober } from "../../../src/domain/delta/prober.js";
import type { Digest } from "../../../src/domain/messages.js";
import { soloMember } from "./stubs.js";

/** Intervals of the member below. */
export const pace: AntiEntropyPace = { shortest: 500, longest: 8000, settleTime: 1000 };

/** The same member once it knows one value of each of the authors `m0` to `m299`, too many for a digest. */
export function knowledgeableMember() {
  const solo = comparingMember();
  for (let author = 0; author < 300; author++) solo.log.merge([[`m${author}@1`, 1, 1]], [author], [0]);
  solo.clock.advance(10_000);
  solo.peers.of("n1").observeIncarnation(1);
  return solo;
}

/** The member `n0` of `n0`, `n1`, `n2`, with all that it needs to compare with others. */
export function comparingMember(
  options: Partial<AntiEntropyPace> = {},
  partners = ["n1", "n2"],
  roundTrip: number | "unmeasured" = 0,
) {
  const solo = soloMember();
  const { identity, transport, clock, log, peers, batcher } = solo;
  const overlay: { suspects: string[]; isRoot: boolean; root: string } = { suspects: [], isRoot: false, root: "none" };
  const antiEntropy = new AntiEntropy({
    identity,
    transport,
    clock,
    random: new SeededRandom(1),
    values: log,
    peers,
    batcher,
    prober: new Prober({ identity, transport, clock, peers }),
    rtt: { measuredTo: () => (roundTrip === "unmeasured" ? undefined : roundTrip) },
    overlay,
    reconciliation: { partners, pace: { ...pace, ...options } },
  });
  const digests: { at: number; to: string; body: Digest }[] = [];
  const send = transport.send.bind(transport);
  transport.send = (to, body) => {
    if ((body as Digest).type === "digest") digests.push({ at: clock.now(), to, body: body as Digest });
    send(to, body);
  };
  return { ...solo, overlay, antiEntropy, digests };
}
