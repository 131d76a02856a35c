import fc from "fast-check";
import { expect } from "vitest";
import type { ProtocolSettings } from "../../../src/application/settings/protocol-settings.js";
import { parsePeerMessage } from "../../../src/application/wire/peer-messages.js";
import type { PeerMessage } from "../../../src/domain/messages.js";
import { canonicalJson } from "../../../src/domain/values/canonical-json.js";
import type { JsonValue } from "../../../src/domain/values/json-value.js";
import { contentOf, Wire } from "../../adapters/compact-wire/support.js";
import { startCluster, type TestCluster } from "../../support/cluster.js";
import { forged } from "../../support/forged-messages.js";
import { mutated, mutation } from "../../support/mutations.js";
import { retainedEntries } from "../../support/retained.js";

type Mode = ProtocolSettings["mode"];

const SIZE = 5;
/** Values of each honest member that are everywhere before the lies begin. */
const BEFORE = 100;
/** While one member goes on lying, what the others accept is everywhere among them within this time, in ms. */
const CONVERGENCE = 150_000;
/** Entries that a node may remember for each value and each member, and in any case. */
const ENTRIES_PER_VALUE = 60;
const ENTRIES_IN_ANY_CASE = 60_000;

/** A message of the member gone wrong, as JSON text, and to whom. */
type Lie = readonly [to: number, text: string];

const traffic = new Map<string, readonly object[]>();

/** What a member really sends in some seconds with losses, every kind of message among it. */
function recorded(mode: Mode, liar: string): readonly object[] {
  const key = `${mode} ${liar}`;
  const known = traffic.get(key);
  if (known !== undefined) return known;
  const cluster = startCluster({
    size: SIZE,
    settings: { mode, fanOut: 2, acknowledgementDelay: 500 },
    assurance: { nodes: "all", timeout: 3500 },
    latency: (_, random) => (random.next() < 0.2 ? undefined : 200 * random.next()),
  });
  cluster.load(10, 10_000);
  cluster.run(150_000);
  const bodies = cluster.sent.flatMap(({ from, body }) => (from === liar ? [body] : []));
  const samples = [...new Set(bodies.map(({ type }) => type))].flatMap((type) =>
    bodies.filter((body) => body.type === type).slice(0, 8),
  );
  traffic.set(key, samples);
  return samples;
}

/** `count` messages of a member gone wrong: its real ones, mutated, and well-formed lies. */
export function lies(mode: Mode, liar: string, count: number): fc.Arbitrary<Lie[]> {
  const real = recorded(mode, liar);
  const distorted = fc
    .tuple(fc.nat(real.length - 1), fc.array(mutation, { minLength: 1, maxLength: 3 }))
    .map(([which, mutations]) => mutated(real[which] as object, mutations));
  const lie = fc.tuple(
    fc.nat(SIZE - 1),
    fc.oneof({ weight: 2, arbitrary: distorted }, { weight: 1, arbitrary: forged.map((body) => JSON.stringify(body)) }),
  );
  return fc.array(lie, { minLength: count, maxLength: count, size: "max" });
}

/** Carries a body to another member: what that one receives, or in words why it drops it. */
type Carrier = (body: object, from: string, to: string) => unknown;

/** Carries bodies as lines of JSON do. */
const overLines: Carrier = (body) => body;

/** Carries bodies in frames of the compact wire; a byte of every other frame is changed on the way. */
export function overFrames(): Carrier {
  const wires = new Map<string, Wire>();
  let count = 0;
  return (body, from, to) => {
    const wire = wires.get(`${from} ${to}`) ?? new Wire();
    wires.set(`${from} ${to}`, wire);
    const frame = wire.frame(body, { from, to });
    if (frame === undefined) return body;
    const start = frame.length - contentOf(frame).length;
    const isChanged = ++count % 2 === 0 && start < frame.length;
    if (isChanged) frame[start + ((count * 7919) % (frame.length - start))] = (count * 31) % 256;
    return wire.read(Buffer.concat([...wire.definitions(), frame]), { from, to });
  };
}

/** Lets one member of a cluster lie, and sees what becomes of the others. */
export function surviveLies(
  mode: Mode,
  liar: string,
  messages: readonly Lie[],
  seed: number,
  carry: Carrier = overLines,
): void {
  const cluster = startCluster({
    size: SIZE,
    settings: { mode, fanOut: 2 },
    assurance: { nodes: "all", timeout: 3500 },
    seed,
  });
  const honest = [...cluster.nodes.keys()].filter((id) => id !== liar);
  let next = 0;
  const accept = (count: number) => {
    for (let index = 0; index < count; index++)
      cluster.broadcast(honest[next % honest.length] as string, `honest ${next++}`);
  };
  accept(BEFORE * honest.length);
  cluster.run(20_000);
  const said = new Set<string>();
  const tell = ([to, text]: Lie) => {
    const id = `n${to}`;
    const body = carry(Object(JSON.parse(text)), liar, id);
    if (typeof body === "string") return;
    const message = parsePeerMessage(body);
    if (id === liar || takesAnothersName(message, liar)) return;
    if (typeof message === "object" && message.type === "gossip")
      for (const value of message.values) said.add(canonicalJson(value));
    cluster.nodes.get(id)?.receive(liar, body);
  };
  for (const [index, lie] of messages.entries()) {
    tell(lie);
    if (index % 40 === 0) accept(1);
    cluster.run(25);
  }
  const waited = timeToConverge(cluster, honest, next, (round) => tell(messages[round % messages.length] as Lie));
  expect(waited, "time until the honest have all values of one another, in ms").toBeLessThan(CONVERGENCE);
  for (const id of honest) {
    const values = cluster.nodes.get(id)?.values() ?? [];
    for (const value of values)
      expect(isHonest(value) || said.has(canonicalJson(value)), `${canonicalJson(value)} is invented`).toBe(true);
    const entries = retainedEntries(cluster.nodes.get(id) as object, [cluster.clock]);
    expect(entries).toBeLessThan(ENTRIES_IN_ANY_CASE + ENTRIES_PER_VALUE * values.length);
  }
}

function timeToConverge(
  cluster: TestCluster,
  honest: readonly string[],
  count: number,
  tell: (round: number) => void,
): number {
  const start = cluster.clock.now();
  const haveAll = () =>
    honest.every((id) => (cluster.nodes.get(id)?.values() ?? []).filter((value) => isHonest(value)).length === count);
  for (let round = 0; !haveAll() && cluster.clock.now() - start < CONVERGENCE; round++) {
    for (let step = 0; step < 10; step++) tell(10 * round + step);
    cluster.run(1000);
  }
  return cluster.clock.now() - start;
}

function isHonest(value: JsonValue): boolean {
  return typeof value === "string" && value.startsWith("honest ");
}

/**
 * Does the message give a value of its own to a number that an honest member is about to use? Members trust one another
 * that far: without signatures nobody can tell who is right.
 * @param message what the receiver makes of it: in words, when it refuses it
 */
function takesAnothersName(message: PeerMessage | string, liar: string): boolean {
  if (typeof message === "string" || message.type !== "gossip") return false;
  return message.dots.some(
    ([author, first, count]) =>
      !author.startsWith(`${liar}@`) && author.endsWith("@1") && first + count > BEFORE && first < 1e6,
  );
}
