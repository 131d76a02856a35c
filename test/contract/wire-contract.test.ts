import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { framesOf, NAMES, readMessage, readNames } from "../../src/adapters/compact-wire/codec.js";
import { HeardNames } from "../../src/adapters/compact-wire/names.js";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { FileJournals } from "../../src/adapters/journal-file/file-journals.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { resolveSettings } from "../../src/application/settings/settings.js";
import { Assembly } from "../../src/application/wire/parts.js";
import { parsePeerMessage } from "../../src/application/wire/peer-messages.js";
import { composeBroadcastNode } from "../../src/composition/node.js";
import type { PeerMessage } from "../../src/domain/messages.js";
import type { JsonValue } from "../../src/domain/values/json-value.js";
import { VersionVector } from "../../src/domain/values/version-vector.js";
import { wireTypes } from "../support/message-types.js";
import { type Recording, readRecording, type WireMessage } from "./conversation.js";

const RECORDED = "test/contract/recorded";
/** In this time everything is answered that was said last, in ms. */
const AFTERWARDS = 20_000;

const versions = readdirSync(RECORDED);
const files = versions.flatMap((version) =>
  readdirSync(join(RECORDED, version))
    .filter((file) => file.endsWith(".jsonl"))
    .map((file) => [version, file, readRecording(readFileSync(join(RECORDED, version, file), "utf8"))] as const),
);

/** The frames of a file's messages, in each version of the compact wire in which they were recorded. */
function compactFiles(version: string, file: string): (readonly [form: string, lines: readonly string[]])[] {
  return readdirSync(join(RECORDED, version))
    .filter((name) => name.startsWith("compact-"))
    .map((form) => {
      const text = readFileSync(join(RECORDED, version, form, file.replace(/jsonl$/, "base64")), "utf8");
      return [form, text.trimEnd().split("\n")] as const;
    });
}

/** Everything that a member said. Other members rely on all of it, in any order and at any time. */
function saidOf(said: readonly { readonly to: string; readonly body: WireMessage }[]): Set<string> {
  const answers = new Set<string>();
  const assembly = new Assembly(new FakeClock());
  for (const { to, body: piece } of said) {
    const body = assembly.take(to, piece) as PeerMessage | undefined;
    if (body === undefined) continue;
    if (body.type === "stale") answers.add(`${to} is told that its incarnation ${body.known} is known`);
    if (body.type === "probe_ok") answers.add(`${to} is answered its probe ${body.of}/${body.number}`);
    if (body.type === "digest" || body.type === "summary") answers.add(`${to} is told what there is`);
    if (body.type === "gossip") for (const value of body.values) answers.add(`${to} gets ${JSON.stringify(value)}`);
    if ("ack" in body)
      for (const [first, last] of body.ack?.ranges ?? [])
        for (let number = first; number <= last; number++)
          answers.add(`${to} is acknowledged ${body.ack?.incarnation}/${number}`);
    if ("confirmed" in body)
      for (const { by, vector } of body.confirmed ?? [])
        if (by.length > 0)
          for (const [author, first, count] of VersionVector.fromWire(vector).ranges())
            for (let number = first; number < first + count; number++)
              answers.add(`${to} is told who has ${author}#${number}`);
  }
  return answers;
}

/** A node of today takes the member's place: it is told what that was told, when it was. */
function replayed({ self, members, incarnation, preset, fanOut, ack, events }: Recording) {
  const clock = new FakeClock();
  const said: { to: string; body: PeerMessage }[] = [];
  const lines: string[] = [];
  const node = composeBroadcastNode(
    resolveSettings({ preset, fanOut }),
    {
      clock,
      random: new SeededRandom(1),
      log: { event: ({ text }) => lines.push(text) },
      transport: {
        maxMessageBytes: 2 ** 23,
        send: (to, body) => said.push({ to, body: body as PeerMessage }),
        onMessage: () => {},
        close: async () => {},
      },
    },
    { self, members },
    incarnation,
  );
  node.start(new Map());
  for (const event of events) {
    clock.advance(event.at - clock.now());
    if ("accepts" in event) node.broadcast(event.accepts, () => {}, { nodes: ack, timeout: 3500 });
    else if ("from" in event) node.receive(event.from, event.body);
  }
  clock.advance(AFTERWARDS);
  return { said, lines, node };
}

describe.each(files)("version %s, recorded in %s", (_version, file, recording) => {
  const { events } = recording;
  const isCalm = file.startsWith("calm");

  it.each(compactFiles(_version, file))(
    "is understood message by message on the compact wire, as %s",
    (_form, lines) => {
      const bodies = events.flatMap((event) => ("body" in event ? [event] : []));
      expect(lines).toHaveLength(bodies.length);
      const dictionaries = new Map<string, HeardNames>();
      for (const [index, event] of bodies.entries()) {
        const route =
          "from" in event ? { from: event.from, to: recording.self } : { from: recording.self, to: event.to };
        const names = dictionaries.get(`${route.from} ${route.to}`) ?? new HeardNames();
        dictionaries.set(`${route.from} ${route.to}`, names);
        const results = framesOf(Buffer.from(lines[index] as string, "base64")).map(({ kind, content }) =>
          kind === NAMES ? readNames(content, names) : readMessage(kind, content, names, { route, limit: 2 ** 23 }),
        );
        expect(results.filter((result) => result !== undefined)).toEqual([event.body]);
      }
    },
  );

  it("is understood message by message", () => {
    const assemblies = { from: new Assembly(new FakeClock()), to: new Assembly(new FakeClock()) };
    for (const event of events) {
      if (!("body" in event)) continue;
      const whole =
        "from" in event ? assemblies.from.take(event.from, event.body) : assemblies.to.take(event.to, event.body);
      if (whole !== undefined) expect(parsePeerMessage(whole)).toEqual(whole);
    }
  });

  if (isCalm)
    it("is answered in every respect by a node of today", () => {
      const { said } = replayed(recording);
      const answered = saidOf(said);
      // A member that sends a value needs it from nobody. Both may send it at the same moment, and either may be first.
      for (const event of events)
        if ("from" in event && event.body.type === "gossip")
          for (const value of event.body.values as JsonValue[])
            answered.add(`${event.from} gets ${JSON.stringify(value)}`);
      const missing = [...saidOf(events.flatMap((event) => ("to" in event ? [event] : [])))].filter(
        (answer) => !answered.has(answer),
      );
      expect(missing).toEqual([]);
    });

  it("leaves a node of today with the same values, and without a complaint", () => {
    const { lines, node } = replayed(recording);
    expect(lines.filter((line) => line.includes("malformed"))).toEqual([]);
    const assembly = new Assembly(new FakeClock());
    const values = events.flatMap((event) => {
      if ("accepts" in event) return [event.accepts];
      const body = "from" in event ? (assembly.take(event.from, event.body) as PeerMessage | undefined) : undefined;
      return body?.type === "gossip" ? body.values : [];
    });
    expect(new Set(node.values())).toEqual(new Set(values));
  });
});

it("the recordings have every type of message, and every question that rides on one", () => {
  const bodies = files.flatMap(([, , { events }]) => events.flatMap((event) => ("body" in event ? [event.body] : [])));
  expect([...new Set(bodies.map(({ type }) => type))].sort()).toEqual([...wireTypes].sort());
  const fields = new Set(bodies.flatMap((body) => Object.keys(body)));
  for (const field of ["ack", "round", "confirm", "confirmed", "direct", "up", "ask", "verify"])
    expect(fields).toContain(field);
});

it.each(versions)("version %s left a journal that is read as it was written", (version) => {
  const folder = mkdtempSync(join(tmpdir(), "contract-"));
  try {
    cpSync(join(RECORDED, version, "journal"), folder, { recursive: true });
    const opened = new FileJournals({ clock: new FakeClock(), log: { event: () => {} } }, folder).open("n0", 1);
    opened.journal.close();
    expect(opened).toMatchObject({ incarnation: 2001, hasLivedBefore: true, problems: [] });
    for (const life of [1000, 2000])
      for (let number = 1; number <= 10; number++) {
        expect(opened.records).toContainEqual({ author: `n0@${life}`, number, value: number });
        const value = { text: `${number}`, deep: [null, true, 0.5] };
        expect(opened.records).toContainEqual({ author: "n1@1500", number: number + life, value });
      }
    const gone = VersionVector.of(opened.gone ?? []);
    for (const life of [1000, 2000]) expect(gone.has(`n0@${life}`, 3)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
