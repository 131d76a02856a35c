/** The arrival of broadcasts at the members of a cluster: the arithmetic's model of a workload. */
export interface Arrivals {
  /**
   * Probability that none of some members accepts a broadcast within a time.
   * @param duration in ms
   * @param members number of members
   */
  noneWithin(duration: number, members: number): number;
  /** The same for all other members. */
  noneElsewhereWithin(duration: number, members: number): number;
}

/**
 * Independent broadcasts, as many users make them: a Poisson process, spread evenly over the members. None comes to s of N
 * members within t with probability exp(-λ·t·s/N).
 * @param rate broadcasts per second in the whole cluster (λ)
 */
export function independentArrivals(rate: number, size: number): Arrivals {
  const none = (duration: number, share: number) => Math.exp((-rate * duration * share) / 1000);
  return {
    noneWithin: (duration, members) => none(duration, members / size),
    noneElsewhereWithin: (duration, members) => none(duration, 1 - members / size),
  };
}

/** Variance of the gaps between operations divided by their squared mean: they are uniform in 0 … 2/rate. */
const GAP_VARIATION = 1 / 3;

/**
 * Broadcasts as Maelstrom assigns them: operations at gaps uniform in 0 … 2/rate, assigned to the members in turn, each with
 * equal probability a broadcast or a read. The cycle has one position more than there are members (Jepsen's nemesis), which
 * falls to the first member. So clients reach members more evenly than real users would, and fewer rounds are empty: at 100
 * operations per second a leaf of 25 has nothing to send in 34 % of rounds of 420 ms, not in 43 %.
 *
 * With k operations expected, a metronome has floor(k) or one more of them, each a read with probability 1/2. The gaps of
 * a member are sums of many, so its operations are nearly a metronome. Between a metronome and a Poisson process the variance
 * of the gaps decides: 1/3 for the whole cluster, and less for fewer members. Agrees with a simulation of the assignment to
 * within 1 %.
 * @param rate operations per second in the whole cluster, broadcasts and reads
 */
export function dealtArrivals(rate: number, size: number): Arrivals {
  const none = (duration: number, share: number) => {
    const expected = (rate * duration * share) / 1000;
    const whole = Math.floor(expected);
    const more = expected - whole;
    const metronome = (1 - more) * 0.5 ** whole + more * 0.5 ** (whole + 1);
    const irregularity = GAP_VARIATION * share;
    return (1 - irregularity) * metronome + irregularity * Math.exp(-expected / 2);
  };
  /** For members that do not include the root, unless they are all members. */
  const shareOf = (members: number) => (members >= size ? 1 : members / (size + 1));
  return {
    noneWithin: (duration, members) => none(duration, shareOf(members)),
    noneElsewhereWithin: (duration, members) => none(duration, 1 - shareOf(members)),
  };
}
