/**
 * Every constant of the protocol: its value, its unit (`@unit`) and its effect. `npm run docs:timers` writes the tables of
 * docs/protocol.md from these comments; test/domain/config.test.ts asserts how the constants relate, and why.
 * A group's comment names the classes and functions that read it.
 */

/** Assumptions about the network (`RoundPacer`, `FailureDetector`, `AckRouter`, `roomForValues`). */
export const NETWORK = {
  /** Round trip over one hop until one has been measured. @unit ms */
  assumedRoundTrip: 200,
  /** Most room in a message that is kept for what travels with its values: acknowledgements, queries and replies. @unit bytes */
  envelopeBytes: 64 * 1024,
};

/** Round-trip estimation (`RttEstimator`, after RFC 9002, section 5, but with quantiles of real samples). */
export const RTT = {
  /** Samples kept per peer. @unit samples */
  samplesPerPeer: 32,
  /** Samples kept over all peers together. @unit samples */
  pooledSamples: 256,
  /** From this many samples on, the samples of a peer speak for it; with fewer, the hint of its parent counts as well. @unit samples */
  enoughSamples: 8,
  /** Quantile that stands for "a round trip". A minimum or mean would be too short for most messages where latency is random. @unit share */
  highQuantile: 0.9,
  /** Quantile of the usual round trip. @unit share */
  median: 0.5,
  /** Lower end of the usual range; the upper end is `highQuantile`. @unit share */
  lowQuantile: 0.1,
  /** Quantile that rounds are planned with where latency is random: an upcast that misses its round costs an early wave. @unit share */
  plannedQuantile: 0.93,
  /** Latency counts as random if the fast half of the round trips is spread over more than this. @unit share of the median */
  randomShare: 0.25,
  /** Longer samples are ignored: they were made up, or stretched by a machine that was paused. @unit ms */
  longest: 60_000,
  /** A sample is an outlier if it exceeds the median this many times, plus `outlierExcess`. @unit medians */
  outlierFactor: 3,
  /** See `outlierFactor`. @unit ms */
  outlierExcess: 300,
  /** If nothing but outliers is measured for this long, the network has become slow, and they count. @unit ms */
  adaptationTime: 1_500,
};

/** The guard: how long before the departure of its parent an upcast should arrive (`AdaptiveGuard`). */
export const GUARD = {
  /** Added to the observed lateness: the time that a quiet machine takes to handle the upcasts of a round. @unit ms */
  base: 8,
  /** Lower bound. @unit ms */
  shortest: 10,
  /** Upper bound. @unit ms */
  longest: 500,
  /** Lateness expected of a cluster that has just started: its processes run their code for the first time. @unit ms */
  coldLateness: 52,
  /** From this many rounds on, and `coldTime` after the first one, observed lateness replaces `coldLateness`. @unit rounds */
  enoughRounds: 3,
  /** See `enoughRounds`. @unit ms */
  coldTime: 2_500,
  /** Rounds whose latest upcast is remembered. @unit rounds */
  roundsRemembered: 32,
  /** Timers whose lateness is remembered. @unit timers */
  timersRemembered: 64,
  /** Share of rounds in which all upcasts should be on time. A late one costs an early wave; a longer guard costs as much in shorter rounds. @unit share */
  punctualRounds: 0.85,
  /** Share of timers that the guard covers. @unit share */
  punctualTimers: 0.95,
};

/** Aligned rounds (`RoundPacer`, `RootClock`, `ChildClock`, `InitialRttProbe`, `DowncastTimeout`, `longestPeriod`). */
export const ROUNDS = {
  /** Kept between the computed latencies and the budget, for late timers. @unit ms */
  budgetMargin: 10,
  /** Shorter periods are not worth while: sending each value to everyone at once costs little more. @unit round trips */
  shortestPeriod: 0.5,
  /** How long values that missed their round wait for company before an early wave takes them. @unit ms */
  gatherTime: 30,
  /** Time that members have to read the first downcast and plan by it. @unit ms */
  reactionTime: 40,
  /** Largest part of the time that the budget leaves per hop, besides the round trip, that the guard may take. @unit share */
  mostGuard: 0.3,
  /** An answer or a downcast may be this late before it counts as missing, however short the guard is: asking costs messages. @unit ms */
  leastPatience: 60,
  /** Timers may fire this early: what leaves then belongs to the round that is due. @unit ms */
  earlyTimer: 5,
  /** The root starts its first round without a measured round trip after this time. @unit ms */
  probePatience: 500,
  /** Until its first downcast a child sends its values up at once, but at most once in this time: each may just catch the first round. @unit ms */
  startStep: 20,
  /** Without a downcast after this time the root is not there, or silent: from then on values go up once in this time. @unit ms */
  startPatience: 1_000,
  /** Messages must have been lost in this many rounds within `lossMemory` before the network counts as lossy. @unit rounds */
  lossyRounds: 2,
  /** How long after a loss further losses are expected. @unit ms */
  lossMemory: 10_000,
  /** Periods that fit into the budget while messages get lost. @unit periods */
  lossyPeriods: 1.5,
  /** A value older than this multiple of `max` comes out of a fault; it does not trigger an early wave. @unit budgets */
  hopeless: 2.5,
  /** Part of the budget that a late value may have lost on its way without a trace. @unit budgets */
  unseenDelay: 1 / 8,
  /** Upper bound of the assumed round trip: the person who chose the budget knows the network. @unit budgets */
  mostAssumed: 1 / 3,
  /** Upper bound of the period that a parent may announce. @unit budgets */
  mostBudgets: 4,
  /** Periods up to this are accepted from a parent whatever the own budget is. @unit ms */
  leastLongestPeriod: 10_000,
  /** When a round may be at the latest, counted from the first: up to here, times are exact to a fraction of 1 ms. @unit ms */
  latestRound: 2 ** 43,
  /** Downcasts that the phase of the rounds is estimated from. @unit downcasts */
  phaseSamples: 8,
  /** A schedule this far behind was overtaken on its way; one from further behind belongs to rounds that have begun anew. @unit rounds */
  overtakenRounds: 2,
  /** A new period is adopted only if it differs by more than this. @unit share */
  periodTolerance: 0.03,
  /** A downcast later than this left out of turn, and changes no period. @unit ms */
  lateDeparture: 50,
  /** How long the root waits for the answer to its first probe before it probes another child. @unit ms */
  probeTimeout: 1_000,
  /** How often a child asks its parent for a downcast that has not come. @unit requests */
  downcastQuestions: 3,
};

/** Eager sending (`EagerPacer`, `StabilityDetector`). */
export const EAGER = {
  /** How long the acknowledgement of a repair waits for values that go the other way. @unit ms */
  repairAckDelay: 1_000,
  /** How long a missing message may be overtaken by later ones before its sender learns of it. @unit ms */
  gapPatience: 500,
  /** How long a requested acknowledgement may take. @unit ms */
  answerTime: 1_000,
  /** How long an acknowledgement may take beyond twice its planned delay: collection by the root and four hops. @unit ms */
  lossSlack: 3_500,
  /** Longest delay of a stability report. Longer ones would save little: reports cost two messages per member. @unit ms */
  longestReportDelay: 4_000,
  /** Without gossip for this long a burst counts as over, and members report what they have. @unit ms */
  quietTime: 1_000,
  /** How long a member that has reported waits for the stable vector before it probes the root. @unit ms */
  rootPatience: 3_000,
  /** Time in which the probes find out whether the root is there; then the report goes to the next root. @unit ms */
  detectionTime: 2_000,
  /** How long the root waits for missing reports. @unit ms */
  collectionTime: 2_000,
};

/** Fixed windows, as the proposal has them (`WindowPacer`). */
export const WINDOW = {
  /** How long an acknowledgement may take. The proposal does not speak of losses; this suits round trips of up to half a second. @unit ms */
  patience: 750,
};

/** Batches (`Batcher`). */
export const BATCHING = {
  /** Values of one range differ by at most this in age, so that old values that are sent again do not make new ones look old. @unit ms */
  ageStep: 500,
  /** Replies leave together with a departure that is due this soon: both timers are set for the same moment, and either may fire first. @unit ms */
  sameMoment: 5,
};

/** State per peer (`Peer`, `DeltaTracker`, `Prober`, `GossipNode`). */
export const PEER = {
  /** Upper bound on acknowledgement ranges per peer; only a faulty peer exceeds it. @unit ranges */
  receivedRanges: 1_024,
  /** Messages given up that are remembered in case their acknowledgement arrives after all. @unit messages */
  lostRemembered: 256,
  /** Delivered messages whose departures are remembered, to tell outages from losses. @unit messages */
  deliveriesRemembered: 32,
  /** If nothing gets through to a peer for this long it is out of reach, and what is missing then says nothing about loss. @unit ms */
  outage: 4_000,
  /** How long a departed member is remembered: messages of its earlier incarnations are ignored in that time. @unit ms */
  tombstoneTime: 120_000,
  /** Upper bound on tombstones; the oldest are dropped first. @unit members */
  tombstones: 1_000,
  /** Probes per member that may still be answered; of more, the oldest are forgotten. @unit probes */
  openProbes: 8,
};

/** Retransmission (`AckTimer`, `GossipNode`). */
export const ACK_TIMER = {
  /** Each pause between two requests to an unresponsive peer is longer than the one before by this factor. @unit times the last pause */
  backOff: 1.5,
  /** Longest such pause. @unit ms */
  longestPause: 2_000,
  /** A message is lost if an acknowledgement lacks it this long after it left. @unit answer times */
  lossMargin: 1.8,
  /** A timer later than this shows that the machine was paused. @unit ms */
  lateTimer: 10,
  /** Time that a machine gets after a pause to read what has arrived meanwhile. @unit ms */
  readingTime: 30,
  /** A peer that leaves this many requests in a row unanswered is suspected. @unit requests */
  requests: 3,
  /** The same while many messages get lost. @unit requests */
  requestsUnderLoss: 8,
};

/** Failure detection by probes (`FailureDetector`, after SWIM; driven by traffic instead of a fixed period). */
export const FAILURE_DETECTOR = {
  /** Probes in a row that have to stay unanswered before a member is suspected. @unit probes */
  probes: 3,
  /** How long a probe waits for its answer beyond a round trip. @unit ms */
  answerSlack: 60,
  /** Pauses between probes of a suspected member, doubling from the first to the longest: by its closest live ancestor, which has to notice its return. @unit ms */
  retriesFromAbove: { first: 500, longest: 1_500 },
  /** The same for every other member: it learns of the return from that ancestor, or from the suspect itself. @unit ms */
  retries: { first: 20_000, longest: 60_000 },
  /** A rumour that a member has failed is older than a message that came from it within this time. @unit ms */
  hearsayAge: 500,
};

/** Repair of the tree (`TreeRepair`). */
export const TREE_REPAIR = {
  /** Shortest pause between two requests for the digest of a member that speaks to an earlier incarnation of this node. @unit ms */
  amnesiaPause: 1_000,
  /** A node that finds out that it has lived before compares with its neighbours after this time: by then it should have caught up with the one that told it. @unit ms */
  recoveryDelay: 1_000,
  /** How long a new child has to send its digest first. @unit ms */
  childsTurn: 1_000,
};

/** Refutation of a stale incarnation (`Refutation`). */
export const REFUTATION = {
  /** Shortest pause between two answers that tell a member of the same later incarnation. @unit ms */
  answerPause: 1_000,
  /** Pause before a second renewal, doubling up to the longest. The first renewal is immediate. @unit ms */
  firstPause: 1_000,
  /** Longest such pause. @unit ms */
  longestPause: 60_000,
  /** After this many pauses, plus `peaceTime`, without a renewal the next one is immediate again. @unit pauses */
  peaceFactor: 4,
  /** See `peaceFactor`. @unit ms */
  peaceTime: 10_000,
  /** A renewal takes an incarnation up to this much above the known one, drawn at random, so that two processes with one id do not take the same one. @unit incarnations */
  leap: 1_000,
};

/** Anti-entropy (`AntiEntropy`; its interval follows Trickle, RFC 6206). */
export const ANTI_ENTROPY = {
  /** Longest interval between two digests (Trickle: Imax), outside mode `window`. @unit ms */
  quietInterval: 120_000,
  /** A digest is old when it arrives: values that were on their way when it left get this much longer than twice `max`. @unit ms */
  settleSlack: 500,
  /** Pause before a digest is requested again, doubling up to `longestPause`. @unit ms */
  firstPause: 500,
  /** Longest pause of the first `patientRequests`. @unit ms */
  longestPause: 2_000,
  /** After this many unanswered requests the member is probed. @unit requests */
  doubtfulRequests: 4,
  /** After this many unanswered requests the pause doubles further, up to `quietInterval`. @unit requests */
  patientRequests: 12,
  /** A node that has heard from nobody for this long after its start, or up to twice that, asks a random member what it has missed. @unit ms */
  bootstrapTime: 6_000,
  /** Longest interval of a root that suspects members. @unit ms */
  alertInterval: 2_000,
  /** How long after the last value such a root goes on sending digests at `alertInterval`. @unit ms */
  newsTime: 30_000,
};

/** Acknowledgement by several members (`AckCollector`, `AckRouter`, `ReplicaSearch`, `describeUnmet`, `Broadcast`). */
export const WRITE_CONCERN = {
  /** How long a client waits unless it says otherwise: less than the 5 s after which Maelstrom's clients give up, and more than rounds of up to 2 s take. @unit ms */
  timeout: 3_500,
  /** Members named in an error; the others are counted. @unit members */
  mostNamed: 5,
  /** How long replies may wait for messages to ride on, there and back together. @unit ms */
  piggybackTime: 1_000,
  /** Once a requester knows of some holders, further ones are reported together after this time, or with the last one. @unit ms */
  newsPause: 250,
  /** How long a query is remembered in case the reply gets lost and the member asks again. @unit ms */
  queryMemory: 4_000,
  /** Answered values that are remembered for that. @unit values */
  queriesRemembered: 10_000,
  /** How long a reply is awaited, plus `patienceSlack`. @unit answer times */
  patienceFactor: 1.5,
  /** See `patienceFactor`. @unit ms */
  patienceSlack: 100,
  /** Longest pause before an unresponsive member is queried again. @unit ms */
  longestPause: 1_000,
  /** Time after which the holders of a value should be known once the value should be everywhere; later, something went wrong. @unit ms */
  replyTime: 1_500,
  /** A value is searched for this long before its client gives up: a few queries and their replies fit in. @unit ms */
  searchTime: 1_350,
  /** Values whose search is due within this time are searched for together. @unit ms */
  searchTogether: 250,
  /** Each pause between two searches for a value is longer than the one before by this factor. @unit times the last pause */
  searchBackOff: 1.5,
  /** Longest such pause. @unit ms */
  longestSearchPause: 4_000,
  /** Members that the first search queries beyond those it needs, in case some do not reply; the next one queries all. @unit members */
  spareMembers: 2,
};

/** Deletion of old values (`Retention`, `ValueLog`). */
export const RETENTION = {
  /** Values are deleted once `maxCount` is exceeded by this factor: finding the oldest means looking at all. @unit times `maxCount` */
  countSlack: 1.1,
  /** Values are deleted at most this much later than they could be. @unit share of `maxAge` */
  ageSlack: 0.1,
  /** Shortest pause between two looks. @unit ms */
  shortestPause: 1_000,
  /** Longest pause between two looks. @unit ms */
  longestPause: 60_000,
  /** Age that values from an earlier life are taken to have: none of them is on its way any more. @unit ms */
  recoveredAge: 60_000,
};

/** Members that come and go, and the start of a node (`MembershipTable`, `GossipNode`). */
export const MEMBERSHIP = {
  /** How long a member that said goodbye is remembered: an older heartbeat that comes late does not bring it back. @unit heartbeats */
  goodbyeTicks: 120,
  /** Upper bound on such members; the first to leave are forgotten first. @unit members */
  goodbyes: 1_000,
  /** A node without a topology takes part this long after `init`: by then every member has been started, or has failed. @unit ms */
  topologyPatience: 10_000,
};

/** Age from which a value may be deleted (`Retention`): anti-entropy has reached every member by then, and probably twice. @unit ms */
export const HEALING_TIME = 2 * ANTI_ENTROPY.quietInterval;
