/**
 * Every constant of the protocol with its value, unit (`@unit`) and effect. `npm run docs:timers` writes the tables of
 * docs/protocol.md from these comments, and test/domain/config.test.ts asserts how the constants relate. The comment of
 * a group names its readers outside the workbench; the same test compares them with the imports.
 */

/** The network (`PeriodPlanner`, `FailureDetector`, `AckRouter`, `roomForValues`, `largestValue`). */
export const NETWORK = {
  /** Round trip over one hop until one has been measured. @unit ms */
  assumedRoundTrip: 200,
  /** Largest part of a message that is reserved for acknowledgements, queries and replies. @unit bytes */
  envelopeBytes: 64 * 1024,
  /** The same part of the smallest messages: `fixedBytes`, and 140 for acknowledgements, suspects, queries and replies. @unit bytes */
  leastEnvelopeBytes: 800,
  /** A gossip message without values, with one range acknowledged, and with every number at its longest. @unit bytes */
  fixedBytes: 660,
  /** A digest, a summary or a report without its vectors, with every number at its longest. @unit bytes */
  knowledgeBytes: 200,
  /** Messages below this limit are filled exactly. Larger ones are filled by estimates, which take less time. @unit bytes */
  tightBytes: 16 * 1024,
  /** Values up to this size are accepted on every transport. One that does not fit into one message travels in fragments. @unit bytes */
  largestFragmented: 12 * 1024,
};

/** Round-trip estimation (`RttEstimator`, after RFC 9002, section 5, but with quantiles of real samples). */
export const RTT = {
  /** Samples kept per peer. @unit samples */
  samplesPerPeer: 32,
  /** Samples kept over all peers together. @unit samples */
  pooledSamples: 256,
  /** From this many samples on, a peer's own samples are used alone; with fewer, the hint of the parent counts as well. @unit samples */
  enoughSamples: 8,
  /** Quantile used as the round trip. A minimum or mean would be too short for most messages if latency is random. @unit share */
  highQuantile: 0.9,
  /** Quantile of the usual round trip. @unit share */
  median: 0.5,
  /** Lower end of the usual range; the upper end is `highQuantile`. @unit share */
  lowQuantile: 0.1,
  /** Quantile that rounds are planned with if latency is random: an upcast that misses its round costs an early wave. @unit share */
  plannedQuantile: 0.93,
  /** Latency counts as random if the fast half of the round trips spreads over more than this. @unit share of the median */
  randomShare: 0.25,
  /** Longer samples are ignored: they are forged, or come from a machine that was paused. @unit ms */
  longest: 60_000,
  /** A sample is an outlier if it exceeds the median this many times, plus `outlierExcess`. @unit medians */
  outlierFactor: 3,
  /** See `outlierFactor`. @unit ms */
  outlierExcess: 300,
  /** If only outliers are measured for this long, the network has become slow, and they count. @unit ms */
  adaptationTime: 1_500,
};

/** Incarnations (`nextIncarnation`, `AntiEntropy`). */
export const INCARNATION = {
  /** An incarnation is the time of day at the start in such units, one of which is drawn, so that two processes that start in the same millisecond differ. @unit incarnations per ms */
  perMillisecond: 1_024,
};

/** The guard: how long before the departure of its parent an upcast should arrive (`AdaptiveGuard`). */
export const GUARD = {
  /** Added to the observed lateness: the time that a quiet machine takes to handle the upcasts of a round. @unit ms */
  base: 8,
  /** Lower bound. @unit ms */
  shortest: 10,
  /** Upper bound. @unit ms */
  longest: 500,
  /** Expected lateness in a cluster that has just started: its processes run their code for the first time. @unit ms */
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

/**
 * Aligned rounds (`RoundPacer`, `RootClock`, `ChildClock`, `PeriodPlanner`, `UpcastPlanner`, `EarlyWave`, `HeadStart`, `LossMonitor`,
 * `InitialRttProbe`, `DowncastTimeout`, `longestPeriod`).
 */
export const ROUNDS = {
  /** Kept between the computed latencies and the budget, for late timers. @unit ms */
  budgetMargin: 10,
  /** Share of the guard's growth over its least that is also subtracted from `max`: the root's own timers are late as well. More of it shortens the periods. @unit share */
  reservedLateness: 0.5,
  /** Shorter periods are not used: sending each value to every member at once costs little more. @unit round trips */
  shortestPeriod: 0.5,
  /** How long values that missed their round wait for company before an early wave takes them. @unit ms */
  gatherTime: 30,
  /** Time that members have to read the first downcast and plan their upcasts. @unit ms */
  reactionTime: 40,
  /**
   * A leaf's upcast leaves this much early if its oldest value was accepted within this time after the last departure:
   * such a value would break the budget if it missed the round. @unit ms
   */
  headStart: 70,
  /** Upper bound of `headStart`. @unit periods */
  mostHeadStart: 1 / 5,
  /** A head start is useful if at most this many values are expected in its time: each of them costs another upcast. @unit values */
  mostAfterHeadStart: 0.3,
  /** A round in which a leaf sends values up changes their moving average by one part in this many. @unit rounds */
  roundsRemembered: 8,
  /** Largest share of the time per hop that the guard may take, after the round trip. @unit share */
  mostGuard: 0.3,
  /** An answer or a downcast may be this late before it counts as missing, even if the guard is shorter: a request costs messages. @unit ms */
  leastPatience: 60,
  /**
   * A child requests an acknowledgement from its parent if the downcast that should bring it is later than this: it
   * requests the downcast first. @unit patiences
   */
  ackPatience: 1.5,
  /** Timers may fire this early: a message that leaves then belongs to the round that is due. @unit ms */
  earlyTimer: 5,
  /** Without a measured round trip the root starts its first round after this time. @unit ms */
  probePatience: 500,
  /**
   * Before its first downcast a child sends values up at once, but at most once per this time: each message may still
   * catch the first round. @unit ms
   */
  startStep: 20,
  /** Without a downcast after this time the root is absent or silent: from then on values go up once per this time. @unit ms */
  startPatience: 1_000,
  /** The network counts as lossy if messages were lost in this many rounds within `lossMemory`. @unit rounds */
  lossyRounds: 2,
  /** How long after a loss further losses are expected. @unit ms */
  lossMemory: 10_000,
  /** Periods that fit into the budget while messages get lost. @unit periods */
  lossyPeriods: 1.5,
  /** Values older than this multiple of `max` were delayed by a fault and do not trigger an early wave. @unit budgets */
  hopeless: 2.5,
  /** Part of the budget that a late value may already have lost unnoticed. @unit budgets */
  unseenDelay: 1 / 8,
  /** Upper bound of the assumed round trip: the user who chose the budget knows the network. @unit budgets */
  mostAssumed: 1 / 3,
  /** Upper bound of the period that a parent may announce. @unit budgets */
  mostBudgets: 4,
  /** Periods up to this are accepted from a parent, even if this node's own budget is small. @unit ms */
  leastLongestPeriod: 10_000,
  /** Latest time of a round, counted from the first: up to here, times are exact to a fraction of 1 ms. @unit ms */
  latestRound: 2 ** 43,
  /** Downcasts from which the phase of the rounds is estimated. @unit downcasts */
  phaseSamples: 8,
  /** A schedule up to this far behind was overtaken in the network; one from further behind belongs to rounds that have restarted. @unit rounds */
  overtakenRounds: 2,
  /** A new period is adopted only if it differs by more than this. @unit share */
  periodTolerance: 0.03,
  /** A downcast later than this left between rounds, and changes no period. @unit ms */
  lateDeparture: 50,
  /** How long the root waits for the answer to its first probe before it probes another child. @unit ms */
  probeTimeout: 1_000,
  /** How often a child requests a downcast that has not come. @unit requests */
  downcastRequests: 3,
};

/** Eager sending (`EagerPacer`, `StabilityDetector`, `reportDelay`). */
export const EAGER = {
  /** How long the acknowledgement of a repair waits for values in the opposite direction. @unit ms */
  repairAckDelay: 1_000,
  /** How long a missing message may be overtaken by later ones before its sender is informed. @unit ms */
  gapPatience: 500,
  /** How long a requested acknowledgement may take. @unit ms */
  answerTime: 1_000,
  /** How long an acknowledgement may take beyond twice its planned delay: collection by the root and four hops. @unit ms */
  lossSlack: 3_500,
  /** Longest delay of a stability report. A longer delay would save little: reports cost two messages per member. @unit ms */
  longestReportDelay: 4_000,
  /** A burst counts as over, and members report, if no gossip arrives for this long. @unit ms */
  quietTime: 1_000,
  /** How long a member that has reported waits for the stable vector before it probes the root. @unit ms */
  rootPatience: 3_000,
  /** Time in which the probes show whether the root is alive; then the report goes to the next root. @unit ms */
  detectionTime: 2_000,
  /** How long the root waits for missing reports. @unit ms */
  collectionTime: 2_000,
};

/** Fixed windows, as in the proposal (`WindowPacer`). */
export const WINDOW = {
  /** How long an acknowledgement may take. The proposal does not cover losses; this suits round trips of up to half a second. @unit ms */
  patience: 750,
};

/** Batches (`Batcher`, `RangeContents`). */
export const BATCHING = {
  /** Largest age difference of the values of one range, so that old values that are sent again do not make new ones look old. @unit ms */
  ageStep: 500,
  /** Replies join a departure that is due this soon: both timers are set for the same moment, and either may fire first. @unit ms */
  sameMoment: 5,
  /** Own values accepted within this time after a pass over their targets join its batches without another pass. It is the resolution of timers. @unit ms */
  passTime: 1,
  /** Ranges whose values are remembered for the batches of other members. @unit ranges */
  rememberedRanges: 1_024,
};

/** Repair of a member that has missed many values (`RepairWindow`). */
export const REPAIR = {
  /** Values that leave at once at first. @unit bytes */
  firstWindow: 32 * 1024,
  /** Lower bound of what leaves at once. @unit bytes */
  smallestWindow: 4 * 1024,
  /** Upper bound of what leaves at once. @unit bytes */
  largestWindow: 4 * 1024 * 1024,
  /** Upper bound of what leaves at once, in full messages of the transport: more could overflow the buffers of datagrams. @unit messages */
  mostMessages: 64,
  /** The window doubles if a part is acknowledged within this time. @unit ms */
  quick: 1_000,
  /** The window halves if it takes longer than this, or if the part is lost. @unit ms */
  late: 2_000,
  /** Interval between two checks whether a part is acknowledged. @unit ms */
  checkInterval: 50,
  /** Values that were accepted within this time are new, and do not wait. @unit ms */
  newTime: 10_000,
};

/** State per peer (`DeltaTracker`, `RestTimer`, `SendWindow`, `ReceiveWindow`, `Prober`, `GossipPipeline`). */
export const PEER = {
  /** Upper bound on acknowledgement ranges per peer; only a faulty peer exceeds it. @unit ranges */
  receivedRanges: 1_024,
  /** Lost messages that are remembered in case their acknowledgement arrives after all. @unit messages */
  lostRemembered: 256,
  /** Delivered messages whose departure times are remembered, to distinguish outages from losses. @unit messages */
  deliveriesRemembered: 32,
  /** A peer that received nothing for this long was out of reach; messages missing from that time do not count as losses. @unit ms */
  outage: 4_000,
  /** How long a departed member is remembered: messages of its earlier incarnations are ignored in that time. @unit ms */
  tombstoneTime: 120_000,
  /** Upper bound on tombstones; the oldest are dropped first. @unit members */
  tombstones: 1_000,
  /** Unanswered probes that are remembered per member; the oldest are dropped first. @unit probes */
  openProbes: 8,
  /** Peers rest in clusters of at least this many members. @unit members */
  restingFrom: 64,
  /** They do so once one member in this many is a peer, so that the rows of all members take less. @unit members */
  restingShare: 4,
  /** How long after a message peers are put at rest. @unit ms */
  restingDelay: 1_000,
};

/** Sets of dots of a peer, stored as a difference to this node's (`PeerVector`). */
export const PEER_VECTOR = {
  /** A set of fewer actors is stored as it is. @unit actors */
  fewActors: 16,
  /** Least number of changes after which the form of a set is chosen again. @unit changes */
  checkInterval: 64,
  /** A set that is further behind is stored as it is when arrival numbers change. @unit values */
  longestLag: 4_096,
};

/** The lag of members in the status of a node (`LagMeter`). */
export const LAG = {
  /** Upper bound on the latest values that are visited to count those that the suspects have not confirmed. @unit values */
  mostVisited: 10_000,
};

/** Retransmission (`AckTimer`, `ActiveSession`). */
export const ACK_TIMER = {
  /** Each pause between two requests to an unresponsive peer is longer than the one before by this factor. @unit times the last pause */
  backOff: 1.5,
  /** Longest such pause. @unit ms */
  longestPause: 2_000,
  /** A message is lost if an acknowledgement lacks it this long after its departure. @unit answer times */
  lossMargin: 1.8,
  /** A timer later than this shows that the machine was paused. @unit ms */
  lateTimer: 10,
  /** Time that a machine gets after a pause to read the messages that have arrived meanwhile. @unit ms */
  readingTime: 30,
  /** A peer that leaves this many requests in a row unanswered is suspected. @unit requests */
  requests: 3,
  /** The same while many messages get lost. @unit requests */
  requestsUnderLoss: 8,
};

/** Failure detection by probes (`FailureDetector`, after SWIM; driven by traffic instead of a fixed period). */
export const FAILURE_DETECTOR = {
  /** A member is suspected after this many unanswered probes in a row. @unit probes */
  probes: 3,
  /** How long a probe waits for its answer beyond a round trip. @unit ms */
  answerSlack: 60,
  /**
   * Pauses between probes of a suspect, doubling from the first to the longest, at its closest live ancestor, which has
   * to notice its return. @unit ms
   */
  retriesFromAbove: { first: 500, longest: 1_500 },
  /** The same at every other member, which learns of the return from that ancestor, or from the suspect itself. @unit ms */
  retries: { first: 20_000, longest: 60_000 },
  /** A report that a member has failed is ignored if a message of that member arrived within this time. @unit ms */
  hearsayAge: 500,
};

/** Repair of the tree (`TreeRepair`). */
export const TREE_REPAIR = {
  /** Values of a restarted member's earlier life that were accepted within this time are passed on along the tree. The comparison after `ANTI_ENTROPY.quietTime` finds what it sent directly and lost. @unit ms */
  directMemory: 10_000,
  /** Shortest pause between two requests for the digest of a member that addresses an earlier incarnation of this node. @unit ms */
  amnesiaPause: 1_000,
  /**
   * A node that finds out that it has restarted compares with its neighbours after this time, when it should have
   * caught up with the first of them. @unit ms
   */
  recoveryDelay: 1_000,
  /** Pause before a node in eager mode tells others of a suspect, so that it can name several at once. @unit ms */
  delegationDelay: 100,
  /** How long a new child has to send its digest before it is requested. @unit ms */
  childsTurn: 1_000,
};

/** Refutation of a stale incarnation (`Refutation`). */
export const REFUTATION = {
  /** Shortest pause between two `stale` messages to a member about the same incarnation. @unit ms */
  answerPause: 1_000,
  /** Pause before a second renewal, doubling up to the longest. The first renewal is immediate. @unit ms */
  firstPause: 1_000,
  /** Longest such pause. @unit ms */
  longestPause: 60_000,
  /** After this many pauses, plus `peaceTime`, without a renewal the next one is immediate again. @unit pauses */
  peaceFactor: 4,
  /** See `peaceFactor`. @unit ms */
  peaceTime: 10_000,
  /**
   * A new incarnation is a random number up to this much above the known one, so that two processes with one id choose
   * different ones. @unit incarnations
   */
  leap: 1_000,
  /**
   * Claims of later incarnations than this are false, and ignored: the incarnation that follows must be small enough for
   * `Number.isSafeInteger` and for the schema of acknowledgements. @unit incarnations
   */
  largest: Number.MAX_SAFE_INTEGER - 2 ** 21,
};

/** Anti-entropy (`AntiEntropy`, `CatchUp`, `QuietCheck`, `DigestWriter`, `describe`, `settleTime`; its interval follows Trickle, RFC 6206). */
export const ANTI_ENTROPY = {
  /** Longest interval between two digests (Trickle: Imax), outside mode `window`. @unit ms */
  quietInterval: 120_000,
  /** A node compares with another member this long after the last new value, since no value behind it shows its loss. It is at least twice the time after which values are settled. Runs of Maelstrom end 10 s after their load. @unit ms */
  quietTime: 12_000,
  /** Extra time for values in flight, beyond twice `max`: a digest is out of date when it arrives. @unit ms */
  settleSlack: 500,
  /** A message may be on its way for this many of the longest round trips to the member. @unit round trips */
  queueFactor: 2,
  /** The same while no round trip to the member is measured. @unit ms */
  unmeasuredPatience: 8_000,
  /** Pause before a digest is requested again, doubling up to `longestPause`. @unit ms */
  firstPause: 500,
  /** Longest pause of the first `patientRequests`. @unit ms */
  longestPause: 2_000,
  /** After this many unanswered requests the member is probed. @unit requests */
  doubtfulRequests: 4,
  /** After this many unanswered requests the pause doubles further, up to `quietInterval`. @unit requests */
  patientRequests: 12,
  /** A node with which no member has exchanged values or compared for this long after its start, or up to twice that, requests the digest of a random member. @unit ms */
  bootstrapTime: 6_000,
  /** A node that hears from a member older than itself by more than this has probably restarted. The processes of a cluster that starts differ by less. @unit ms */
  seniority: 3_000,
  /** A node that asks after its start stops when this many members that are catching up as well have compared with it. @unit members */
  beginners: 2,
  /**
   * A node that knows more than this sends fingerprints instead of a list: about 100 actors. Below it a list is better,
   * since the receiver can act at once. It is less if a message has no room for it. @unit bytes
   */
  wholeBytes: 4_096,
  /** In a summary, a span is listed if its list takes no more than this. @unit bytes */
  listedBytes: 1_024,
  /** Otherwise it is divided into one part per so many bytes of its list. @unit bytes */
  partBytes: 256,
  /** Most such parts. @unit parts */
  mostParts: 16,
  /** Longest interval at a root with suspects. @unit ms */
  alertInterval: 2_000,
  /** How long after the last new value such a root keeps sending digests at `alertInterval`. @unit ms */
  newsTime: 30_000,
};

/**
 * Acknowledgement by several members (`AckCollector`, `AckOutbox`, `QueryPlanner`, `AckRouter`, `ReplicaSearch`, `describeUnmet`,
 * `Broadcast`, `AcknowledgementPolicy`, `Backlog`).
 */
export const WRITE_CONCERN = {
  /** Replies that do not fit into one message leave in up to so many more at once. @unit messages */
  messagesAtOnce: 8,
  /** Pause before each message after those, doubling up to `longestRestPause`. @unit ms */
  restPause: 10,
  /** Longest such pause. @unit ms */
  longestRestPause: 500,
  /** Default timeout of a client: less than the 5 s after which Maelstrom's clients give up, and more than rounds of up to 2 s take. @unit ms */
  timeout: 3_500,
  /** Members named in an error; the others are counted. @unit members */
  mostNamed: 5,
  /** How long replies may wait for messages to ride on, in both directions together. @unit ms */
  piggybackTime: 1_000,
  /** After a first reply, further holders are reported together after this time, or with the last one. @unit ms */
  newsPause: 250,
  /** How long a query is remembered in case the reply gets lost and the member asks again. @unit ms */
  queryMemory: 4_000,
  /** Values for which queries are remembered. @unit values */
  queriesRemembered: 10_000,
  /** How long a reply is awaited, plus `patienceSlack`. @unit answer times */
  patienceFactor: 1.5,
  /** See `patienceFactor`. @unit ms */
  patienceSlack: 100,
  /** Longest pause before an unresponsive member is queried again. @unit ms */
  longestPause: 1_000,
  /** How long after the delivery time of a value its holders should be known; a later reply points to a fault. @unit ms */
  replyTime: 1_500,
  /** The first search for a value starts this long before its client times out: a few queries and their replies fit in. @unit ms */
  searchTime: 1_350,
  /** Values whose search is due within this time are searched for together. @unit ms */
  searchTogether: 250,
  /** Each pause between two searches for a value is longer than the one before by this factor. @unit times the last pause */
  searchBackOff: 1.5,
  /** Longest such pause. @unit ms */
  longestSearchPause: 4_000,
  /** With less room left in a message, a reply that does not fit waits for the next one. With more, it is cut. @unit bytes */
  leastReplyRoom: 400,
  /** Members that the first search queries beyond those it needs, in case some do not reply; the next one queries all. @unit members */
  spareMembers: 2,
};

/** Deletion of old values (`Retention`, `ValueLog`). */
export const RETENTION = {
  /** Values are deleted once `maxCount` is exceeded by this factor: finding the oldest requires a scan of all values. @unit times `maxCount` */
  countSlack: 1.1,
  /** Longest delay of a deletion. @unit share of `maxAge` */
  ageSlack: 0.1,
  /** Shortest pause between two scans. @unit ms */
  shortestPause: 1_000,
  /** Longest pause between two scans. @unit ms */
  longestPause: 60_000,
  /** Least number of values that are deleted at a time. @unit values */
  leastPart: 1_000,
  /** Most parts of a sweep, so that larger sweeps have larger parts: each takes time that depends on all values. @unit parts */
  mostParts: 32,
  /** Pause between two parts, in which the node sends and receives. @unit ms */
  partPause: 5,
  /** Assumed age of values from an earlier incarnation: none of them is in flight any more. @unit ms */
  recoveredAge: 60_000,
};

/** Members that come and go, and the start of a node (`MembershipTable`, `GossipNode`). */
export const MEMBERSHIP = {
  /** How long a departed member is remembered: a late heartbeat from before its goodbye does not bring it back. @unit heartbeats */
  goodbyeTicks: 120,
  /** Upper bound on such members; the oldest are dropped first. @unit members */
  goodbyes: 1_000,
  /** A node without a topology takes part this long after `init`: by then every member has been started, or has failed. @unit ms */
  topologyPatience: 10_000,
};

/** Members that find one another by address (`GossipMembership`, `MemberDirectory`, `MemberFinder`, `NewsSpreader`, `PingWatch`, `Suspicions`, `sendRecords`; after SWIM). */
export const SWIM = {
  /** Pause between two pings of a member's successor. Two messages per pause and member are all that an idle cluster sends. @unit ms */
  pingInterval: 30_000,
  /** Longest delay of the first ping of a new successor: many members may join at once. @unit ms */
  firstPing: 500,
  /** Longest delay of the first ping of a member whose connection was lost: several members notice it at once. @unit ms */
  lostConnection: 200,
  /** How long a ping may take, and after it the pings of the helpers, while the connection stands. @unit ms */
  patience: 3_000,
  /** How long a suspect has to refute, unless its connection was lost. @unit ms */
  suspicion: 10_000,
  /** The same after the connection was lost: the first ping. @unit ms */
  quickPing: 500,
  /** The pings of the helpers. @unit ms */
  quickHelp: 1_000,
  /** The suspicion. @unit ms */
  quickSuspicion: 2_000,
  /** How long a member has to refute that others have lost it; this node has not noticed that itself. @unit ms */
  hearsay: 5_000,
  /** Bounds of the time to refute that another member may set. @unit ms */
  leastSuspicion: 500,
  /** See `leastSuspicion`. @unit ms */
  mostSuspicion: 60_000,
  /** Members that are asked to ping a silent one. @unit members */
  helpers: 3,
  /** How long a helper remembers who asked. @unit ms */
  errandTime: 5_000,
  /** Upper bound on such errands. @unit errands */
  errands: 1_000,
  /** A timer later than this shows that this node was paused, so silence says nothing about others. @unit ms */
  lateTimer: 250,
  /** Shortest pause between two messages with news to the same members: news that comes in between travels together. @unit ms */
  newsPause: 50,
  /** How long news of failures is sent again to members that take the places of failed ones. @unit ms */
  newsMemory: 10_000,
  /** Directories that changed within this time may differ: news is under way. @unit ms */
  settleTime: 2_000,
  /** Estimated size of the records in one message, unless the transport allows only less. @unit bytes */
  messageBytes: 8_000,
  /** How long a new node looks for its cluster before it founds one. @unit ms */
  joinPatience: 2_000,
  /** Pause between two attempts in that time. @unit ms */
  joinPause: 500,
  /** How long a node that was found may take to send its records. @unit ms */
  answerTime: 1_000,
  /** Addresses that a node tries at the same time. @unit addresses */
  attempts: 3,
  /** Pause of a node that is alone before it looks for others again, doubling up to `longestSearch`. @unit ms */
  firstSearch: 1_000,
  /** See `firstSearch`; also the shortest pause in a cluster. @unit ms */
  longestSearch: 10_000,
  /** In a cluster each member looks for others after this time per member: the cluster as a whole, once in this time. @unit ms */
  searchPerMember: 6_000,
  /** How long a member that left is remembered: earlier news does not bring it back. @unit ms */
  leftMemory: 600_000,
  /** How long the address of a lost member is tried. @unit ms */
  lostMemory: 86_400_000,
  /** Upper bound on members that are gone and remembered; the oldest are dropped first. @unit members */
  mostGone: 1_000,
  /** Addresses are saved this long after a change. @unit ms */
  savePause: 1_000,
};

/** Age from which a value may be deleted (`Retention`): anti-entropy has reached every member by then, probably twice. @unit ms */
export const HEALING_TIME = 2 * ANTI_ENTROPY.quietInterval;
