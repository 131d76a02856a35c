import { describe, expect, it } from "vitest";
import { DigestWriter } from "../../../src/domain/anti-entropy/digest-writer.js";
import { Prober } from "../../../src/domain/delta/prober.js";
import type { ProbeOk, Summary } from "../../../src/domain/messages.js";
import { ALL_DOTS } from "../../../src/domain/values/dot-spans.js";
import { wireSize } from "../../../src/domain/values/vector-chunks.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";
import { soloMember } from "../support/stubs.js";

const NONE = new VersionVector();
const MANY = 300;

/** `n0`, which knows a value of each of these many authors, since 0. */
function writing({ authors = 1, maxMessageBytes = undefined as number | undefined } = {}) {
  const { clock, transport, identity, log, peers } = soloMember(maxMessageBytes);
  for (let author = 0; author < authors; author++) log.merge([[`m${author}@1`, 1, 1]], [author], [0]);
  const overlay = { suspects: [] as string[] };
  const state = { isBeginner: false };
  const prober = new Prober({ identity, transport, clock, peers });
  const writer = new DigestWriter({ identity, transport, values: log, peers, prober, overlay }, () => state.isBeginner);
  const sent = () => transport.sent.splice(0).map(({ body }) => body);
  const send = (gone = NONE) => {
    writer.send("n1", { reply: true }, gone, 1_000);
    return sent();
  };
  return { log, peers, overlay, state, writer, sent, send };
}

const answer = (number: number, summaries?: boolean): ProbeOk => ({
  type: "probe_ok",
  incarnation: 1,
  of: 1,
  number,
  held: 0,
  ...(summaries !== undefined && { summaries }),
});

describe("A digest", () => {
  it("lists what the node knows, its suspects, what it has deleted, and whether it is catching up", () => {
    const { overlay, state, send } = writing();
    expect(send()).toEqual([{ type: "digest", incarnation: 1, vector: [["m0@1", [[1, 1]]]], reply: true }]);
    overlay.suspects = ["n2"];
    state.isBeginner = true;
    expect(send(VersionVector.of([["m7@1", 1, 2]]))).toEqual([
      {
        type: "digest",
        incarnation: 1,
        vector: [["m0@1", [[1, 1]]]],
        reply: true,
        beginner: true,
        gone: [["m7@1", [[1, 2]]]],
        suspects: ["n2"],
      },
    ]);
  });

  it("is sent whole if it is short, or if the member does not understand summaries", () => {
    const { peers, send } = writing({ authors: MANY });
    peers.of("n1").readsSummaries = false;
    expect(send().map(({ type }) => type)).toEqual(["digest"]);
    const short = writing();
    short.peers.of("n1").readsSummaries = true;
    expect(short.send().map(({ type }) => type)).toEqual(["digest"]);
  });

  it("counts what the node has deleted towards its length", () => {
    const { peers, send } = writing();
    peers.of("n1").readsSummaries = true;
    const gone = VersionVector.of(Array.from({ length: MANY }, (_, author) => [`m${author}@1`, 1, 1] as const));
    expect(new Set(send(gone).map(({ type }) => type))).toEqual(new Set(["summary"]));
  });

  it("is short up to a number of bytes, if a message has room for it", () => {
    /** Length of the longest list that is sent in a digest. */
    const longest = (maxMessageBytes?: number) => {
      const { log, peers, send } = writing({ ...(maxMessageBytes && { maxMessageBytes }) });
      peers.of("n1").readsSummaries = true;
      let length = 0;
      for (let author = 1; author < MANY; author++) {
        const [message] = send();
        if (message?.type !== "digest") break;
        length = JSON.stringify(message.vector).length;
        log.merge([[`m${author}@1`, 1, 1]], [author], [0]);
      }
      return length;
    };
    for (const [bytes, room] of [
      [undefined, 4_096],
      [2_048, 1_848],
    ] as const) {
      expect(longest(bytes)).toBeLessThanOrEqual(room + 2);
      expect(longest(bytes)).toBeGreaterThan(0.9 * room);
    }
  });

  it("is short if it takes exactly that many bytes, and not if it takes one more", () => {
    const typeOf = (bytes: number) => {
      const { log, peers, send } = writing({ authors: 0 });
      peers.of("n1").readsSummaries = true;
      const id = "m".repeat(bytes - wireSize(["", 1, 1]));
      log.merge([[id, 1, 1]], ["a"], [0]);
      return send()[0]?.type;
    };
    expect([typeOf(4_096), typeOf(4_097)]).toEqual(["digest", "summary"]);
  });

  it("makes the node await the acknowledgement of each answer, as a summary does", () => {
    for (const authors of [1, MANY]) {
      const { peers, send } = writing({ authors });
      const peer = peers.of("n1");
      peer.readsSummaries = true;
      peer.outgoing.track(1, [["n0@1", 1, 1]], 0, { answers: [1, 1] });
      send();
      peer.outgoing.trustAnswers(0);
      expect(peer.outgoing.isInFlight(1)).toBe(true);
    }
  });
});

describe("A digest that is too long", () => {
  it("waits until the member has said whether it understands summaries", () => {
    const { peers, writer, sent, send } = writing({ authors: MANY });
    expect(send()).toEqual([{ type: "probe", incarnation: 1, number: 1, summaries: true }]);
    writer.probeAnswered("n1", answer(2, true), 1_000);
    writer.probeAnswered("n2", answer(1, true), 1_000);
    expect(sent()).toEqual([]);
    writer.probeAnswered("n1", answer(1, true), 1_000);
    expect(sent()).toMatchObject([{ type: "summary", reply: true }]);
    expect(peers.of("n1").readsSummaries).toBe(true);
    writer.probeAnswered("n1", answer(1, true), 1_000);
    expect(sent()).toEqual([]);
  });

  it("is sent whole to a member whose answer does not speak of summaries", () => {
    const { writer, sent, send } = writing({ authors: MANY });
    send();
    writer.probeAnswered("n1", answer(1), 1_000);
    expect(sent()).toMatchObject([{ type: "digest", reply: true }]);
    expect(send()).toMatchObject([{ type: "digest" }]);
  });

  it("is sent as a summary without a question where messages are small, since it would not fit", () => {
    const tight = 16_384;
    expect(writing({ authors: MANY, maxMessageBytes: tight - 1 }).send()).toMatchObject([{ type: "summary" }]);
    expect(writing({ authors: MANY, maxMessageBytes: tight }).send()).toMatchObject([{ type: "probe" }]);
  });
});

describe("A summary", () => {
  const summaries = (bodies: readonly object[]) => bodies as Summary[];

  function summing(maxMessageBytes?: number) {
    const node = writing({ authors: MANY, ...(maxMessageBytes && { maxMessageBytes }) });
    node.peers.of("n1").readsSummaries = true;
    return node;
  }

  it("has a new salt each time, and tells what a digest would tell besides", () => {
    const { overlay, state, send } = summing();
    overlay.suspects = ["n2"];
    state.isBeginner = true;
    const [[first], [second]] = [summaries(send()), summaries(send())];
    expect(first).toMatchObject({ type: "summary", incarnation: 1, reply: true, beginner: true, suspects: ["n2"] });
    expect([first?.salt, second?.salt]).toEqual([1, 2]);
    expect([first?.places.at(0), first?.places.at(-1)]).toEqual([null, null]);
  });

  it("lists deleted values in messages of their own", () => {
    const { send } = summing();
    const [gone, rest] = summaries(send(VersionVector.of([["m7@1", 1, 2]])));
    expect(gone).toMatchObject({ places: [], known: [], gone: [["m7@1", [[1, 2]]]] });
    expect(rest).not.toHaveProperty("gone");
    expect(rest?.known.length).toBeGreaterThan(1);
  });

  it("names as many suspects as fit into a quarter of the room, which leaves less for the rest", () => {
    const bytes = 1_000;
    const { overlay, send } = summing(bytes);
    overlay.suspects = Array.from({ length: 200 }, (_, index) => `s${index}`);
    for (const message of summaries(send())) {
      expect(message).toMatchObject({ more: true });
      expect(JSON.stringify(message.suspects).length).toBeLessThanOrEqual((bytes - 200) / 4 + 2);
      expect(JSON.stringify(message).length).toBeLessThanOrEqual(bytes);
    }
  });

  it("leaves that room for suspects in each of its messages", () => {
    const bytes = 1_000;
    const { overlay, writer, sent } = summing(bytes);
    overlay.suspects = Array.from({ length: 200 }, (_, index) => `s${index}`);
    const known = writer.knownDots(1_000);
    writer.sendSummary("n1", { listed: [ALL_DOTS] }, { flags: { reply: false }, gone: NONE, known });
    const messages = sent();
    expect(messages.length).toBeGreaterThan(10);
    for (const message of messages) expect(JSON.stringify(message).length).toBeLessThanOrEqual(bytes);
  });

  it("lists spans as told, in order, and gives a fingerprint where the member probably has the same", () => {
    const { writer, sent } = summing();
    const known = writer.knownDots(1_000);
    writer.sendSummary(
      "n1",
      { listed: [[["m2@1", 1], null]], same: [[null, ["m1@1", 2]]] },
      { flags: { reply: false }, gone: NONE, known },
    );
    const [message] = summaries(sent());
    expect(message?.places).toEqual([null, ["m1@1", 2], ["m2@1", 1], null]);
    expect(message?.known.map((content) => (Array.isArray(content) ? "list" : typeof content))).toEqual([
      "number",
      "object",
      "list",
    ]);
  });

  it("leaves young values out of fingerprints, but not out of lists", () => {
    const { log, writer, sent } = summing();
    const summary = () => {
      const known = writer.knownDots(1_000);
      const parts = { listed: [[null, ["m1@1", 1]]], same: [[["m1@1", 1], null]] } as const;
      writer.sendSummary("n1", parts, { flags: { reply: false }, gone: NONE, known });
      return summaries(sent())[0]?.known;
    };
    log.merge([["m0@2", 1, 1]], ["young"], [1_001]);
    log.merge([["m99@2", 1, 1]], ["young"], [1_001]);
    const { all, settled } = writer.knownDots(1_000);
    expect([all.length, settled.length]).toEqual([MANY + 2, MANY]);
    const [list] = summary() ?? [];
    expect(JSON.stringify(list)).toContain("m0@2");
  });
});
