import { FileJournals } from "../../adapters/journal-file/file-journals.js";
import { memberFolder } from "../../adapters/journal-file/member-folder.js";
import { SeededRandom } from "../../adapters/seeded-random/seeded-random.js";
import { nextIncarnation } from "../../adapters/system-clock/incarnations.js";
import { SystemClock } from "../../adapters/system-clock/system-clock.js";
import { joinCluster } from "../../application/membership/join-cluster.js";
import { guardedLog } from "../../application/options/guarded-log.js";
import { InvalidOptions, quote } from "../../application/options/invalid-options.js";
import { composeBroadcastNode } from "../../composition/node.js";
import { memberIndex } from "../../domain/identity/member-index.js";
import type { BroadcastNode } from "../../domain/ports/broadcast-node.js";
import type { Membership } from "../../domain/ports/membership.js";
import type { JsonValue } from "../../domain/values/json-value.js";
import { AcknowledgementPolicy } from "./acknowledgements.js";
import { isolated, jsonCodec } from "./codecs/codec.js";
import { CountingTransport } from "./counting-transport.js";
import { senderUnknown } from "./log-events.js";
import { JournalCounts } from "./metrics/counting-journal.js";
import { NodeMetrics } from "./metrics/node-metrics.js";
import { requireValid, settingsOf } from "./options.js";
import { TidecastNode } from "./tidecast-node.js";
import { TopicRetention } from "./topics/topic-retention.js";
import { claimTransport } from "./transport-claims.js";
import type { NodeOptions } from "./types.js";

/**
 * Starts a member of a cluster. Resolves once it takes part: at once with a list of members, otherwise when it knows them.
 * @throws {InvalidOptions} (rejects) if an option is invalid, or the transport is closed or has another node
 * @throws {JournalUnavailable} (rejects) if the journal is not usable; the message says what to do
 */
export async function createNode<Value = JsonValue>(options: NodeOptions<Value>): Promise<TidecastNode<Value>> {
  requireValid(options);
  const release = claimTransport(options.transport);
  try {
    return await startNode(options);
  } catch (error) {
    release();
    throw error;
  }
}

async function startNode<Value>(options: NodeOptions<Value>): Promise<TidecastNode<Value>> {
  const { id, members, identity = "content", retain, transport: connection } = options;
  const settings = settingsOf(options.budget);
  const codec = isolated<Value>(options.codec ?? jsonCodec);
  const log = guardedLog(options.log, Date.now);
  const clock = options.clock ?? new SystemClock();
  const random = options.random ?? new SeededRandom(Math.floor(Math.random() * 2 ** 32));
  let result: TidecastNode<Value> | undefined;
  const openJournal =
    typeof options.journal === "string"
      ? new FileJournals({ clock, log }, options.journal, { onLost: (error) => result?.loseJournal(error) }).open
      : options.journal;
  const transport = new CountingTransport(connection);
  const journalCounts = openJournal && new JournalCounts(clock);
  const metrics = new NodeMetrics(transport, journalCounts);

  const retention = new TopicRetention();

  const membership = Array.isArray(members) ? undefined : (members as Membership);
  let everyone: readonly string[] = [];
  let node: BroadcastNode | undefined;
  let isReady = false;
  const regroup = (now: readonly string[]) => {
    const isSame = now.length === everyone.length && now.every((member, index) => member === everyone[index]);
    // A copy, because the caller may change its list afterwards.
    everyone = [...now];
    if (!isSame) node?.regroup(everyone);
    result?.announce([{ kind: "view" }]);
  };
  if (typeof options.journal === "string") membership?.keepBeside?.(memberFolder(options.journal, id));
  everyone = [...(membership === undefined ? (members as readonly string[]) : await joinCluster(membership, regroup))];
  if (!everyone.includes(id)) {
    await membership?.leave();
    throw new InvalidOptions(
      `createNode's option id is ${quote(id)}, but the membership has this node under another id; give the transport the same one`,
    );
  }
  node = composeBroadcastNode(
    settings,
    {
      transport,
      clock,
      random,
      log,
      ...(openJournal && { openJournal: journalCounts?.wrap(openJournal) ?? openJournal }),
    },
    { self: id, members: everyone },
    options.incarnation ?? nextIncarnation(),
    {
      allowDuplicates: identity === "event",
      ...(retain && { retain: { ...retain } }),
      retentionGroups: retention,
      delivered: (values) => result?.announce(values.map((dotted) => ({ kind: "delivery", dotted }))),
      missed: (dots) => result?.announce([{ kind: "missed", dots }]),
      viewChanged: () => result?.announce([{ kind: "view" }]),
      ready: () => {
        if (result === undefined) isReady = true;
        else result.becomeReady();
      },
    },
  );
  const leave = async () => membership?.leave();
  const size = membership === undefined ? everyone.length : undefined;
  const { ack, ackTimeout } = options;
  const policy = new AcknowledgementPolicy(
    { ...(ack !== undefined && { ack }), ...(ackTimeout !== undefined && { ackTimeout }) },
    settings.max,
    size,
  );
  const details = () => membership?.details?.() ?? everyone.map((member) => ({ id: member }));
  const created = new TidecastNode<Value>(id, {
    node,
    transport,
    metrics,
    codec,
    retention,
    log,
    policy,
    clock,
    latency: settings.max,
    backlog: options.backlog,
    isConnected: (member) => connection.isConnected?.(member) === true,
    members: details,
    leave,
  });
  result = created;
  transport.onMessage((from, body) => {
    if (from !== id && memberIndex(everyone).has(from)) created.receive(from, body);
    // With a changing membership, others may know a new member earlier than this node.
    else if (membership === undefined) log.event(senderUnknown({ from }));
  });
  connection.onDropped?.((dropped) => created.announce([{ kind: "dropped", dropped }]));
  node.start(new Map());
  if (isReady) created.becomeReady();
  return created;
}
