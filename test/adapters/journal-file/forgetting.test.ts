import { cpSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { FileJournals } from "../../../src/adapters/journal-file/file-journals.js";
import type { FileSystem } from "../../../src/adapters/journal-file/file-system.js";
import { nodeFileSystem } from "../../../src/adapters/journal-file/node-file-system.js";
import { MemoryNetwork } from "../../../src/adapters/memory-network/memory-network.js";
import type { Journal } from "../../../src/domain/ports/journal.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";
import { createNode } from "../../../src/library/index.js";
import { RecordingLog } from "../../application/recording-ports.js";
import { appendAll, ControlledDisk, durable, journalsIn, recordsOf, temporaryDirectory } from "./support.js";

const segmentsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".journal"));

/** Appends the records in small segments, one after another. */
async function spread(journal: Journal, clock: FakeClock, records: ReturnType<typeof recordsOf>): Promise<void> {
  for (let at = 0; at < records.length; at += 10) {
    appendAll(journal, records.slice(at, at + 10));
    await durable(journal, clock);
  }
}

describe("a journal whose values are forgotten", () => {
  it("removes segments without needed values, and still knows that these values existed", async () => {
    const { open, clock, folder } = journalsIn({ segmentBytes: 400 });
    const { journal } = open();
    await spread(journal, clock, recordsOf("n1@1", 100));
    const before = segmentsIn(folder).length;
    expect(before).toBeGreaterThan(3);
    journal.forget?.([["n1@1", 1, 95]]);
    await durable(journal, clock);
    expect(segmentsIn(folder).length).toBeLessThanOrEqual(2);
    journal.close();
    const { records, gone, problems } = open();
    expect(gone).toEqual([["n1@1", 1, 95]]);
    expect(records.map(({ number }) => number).filter((number) => number > 95)).toEqual([96, 97, 98, 99, 100]);
    expect(problems).toEqual([]);
  });

  it("removes a segment at once, whose last value is forgotten while others are removed", async () => {
    const { open, clock, folder } = journalsIn({ segmentBytes: 400 });
    const { journal } = open();
    await spread(journal, clock, recordsOf("n1@1", 100));
    journal.forget?.([["n1@1", 1, 50]]);
    journal.forget?.([["n1@1", 51, 49]]);
    await durable(journal, clock);
    await durable(journal, clock);
    expect(segmentsIn(folder).length).toBeLessThanOrEqual(2);
    journal.close();
  });

  it("keeps the segment that it writes to, though nothing in it is needed", async () => {
    const { open, clock, folder } = journalsIn();
    const { journal } = open();
    await spread(journal, clock, recordsOf("n1@1", 10));
    journal.forget?.([["n1@1", 1, 10]]);
    await durable(journal, clock);
    expect(segmentsIn(folder)).toEqual(["00000001.journal"]);
    journal.close();
  });

  it("reports once that a segment cannot be removed, continues, and frees the space in the next life", async () => {
    let isBroken = true;
    const removed: string[] = [];
    const files: FileSystem = {
      ...nodeFileSystem,
      remove: (path) => {
        if (isBroken) throw Object.assign(new Error("EBUSY: resource busy, unlink"), { code: "EBUSY" });
        removed.push(path);
        nodeFileSystem.remove(path);
      },
    };
    const { open, clock, folder, log } = journalsIn({ segmentBytes: 400, files });
    const { journal } = open();
    await spread(journal, clock, recordsOf("n1@1", 100));
    const before = segmentsIn(folder).length;
    journal.forget?.([["n1@1", 1, 50]]);
    await durable(journal, clock);
    journal.forget?.([["n1@1", 51, 40]]);
    await durable(journal, clock);
    expect(log.lines).toEqual([
      `segment 1 of the journal in ${folder} cannot be removed, so its space is not freed: EBUSY: resource busy`,
    ]);
    expect(log.events[0]).toMatchObject({ level: "warn", code: "journal-not-freed" });
    expect(segmentsIn(folder).length).toBeGreaterThanOrEqual(before);
    journal.close();
    isBroken = false;
    const next = open();
    next.journal.forget?.([]);
    await durable(next.journal, clock);
    expect(removed[0]).toBe(join(folder, "00000001.journal"));
    expect(segmentsIn(folder).length).toBeLessThan(before);
    next.journal.close();
  });

  it("writes no line for a few forgotten values that its segments still show", async () => {
    const { open, clock, folder } = journalsIn();
    const { journal } = open();
    await spread(journal, clock, recordsOf("n1@1", 100));
    const size = () => statSync(join(folder, "00000001.journal")).size;
    const before = size();
    journal.forget?.([["n1@1", 1, 99]]);
    await durable(journal, clock);
    expect(size()).toBe(before);
    journal.close();
  });

  it("keeps a segment with one needed value", async () => {
    const { open, clock, folder } = journalsIn({ segmentBytes: 400 });
    const { journal } = open();
    await spread(journal, clock, recordsOf("n1@1", 100));
    const before = segmentsIn(folder).length;
    journal.forget?.([
      ["n1@1", 1, 4],
      ["n1@1", 6, 94],
    ]);
    await durable(journal, clock);
    expect(segmentsIn(folder).length).toBeLessThan(before);
    journal.close();
    expect(open().records.map(({ number }) => number)).toContain(5);
  });

  it.each([
    [2_000, 0],
    [40_000, 1_000],
  ])("brings back few of them after a crash, although no segment is free yet: %i values", async (count, most) => {
    const { open, clock, directory, folder } = journalsIn();
    const { journal } = open();
    appendAll(journal, recordsOf("n1@1", count));
    await durable(journal, clock);
    const size = () => statSync(join(folder, "00000001.journal")).size;
    const full = size();
    for (let first = 1; first <= count - 1000; first += 50) journal.forget?.([["n1@1", first, 50]]);
    await durable(journal, clock);
    // As a killed process leaves it.
    const copy = temporaryDirectory();
    cpSync(directory, copy, { recursive: true });
    rmSync(join(copy, "n0", "lock"), { recursive: true, force: true });
    const { records, gone = [] } = journalsIn({}, copy).open();
    const known = new VersionVector();
    for (const run of gone) known.add(run);
    const back = records.filter(({ author, number }) => !known.has(author, number)).length - 1000;
    expect(back).toBeGreaterThanOrEqual(0);
    expect(back).toBeLessThanOrEqual(most);
    expect(size() - full).toBeLessThan(0.01 * full + 100);
    journal.close();
  });

  it("remembers forgotten values that were never stored", async () => {
    const { open, clock } = journalsIn();
    const { journal } = open();
    journal.forget?.([["n2@7", 1, 1000]]);
    await durable(journal, clock);
    journal.close();
    expect(open().gone).toEqual([["n2@7", 1, 1000]]);
  });

  it("continues in the next life with the state of the previous one", async () => {
    const { open, clock, folder } = journalsIn({ segmentBytes: 400 });
    for (let life = 1; life <= 5; life++) {
      const { journal } = open(life);
      await spread(journal, clock, recordsOf(`n1@${life}`, 50));
      for (let forgotten = 1; forgotten <= life; forgotten++) journal.forget?.([[`n1@${forgotten}`, 1, 50]]);
      await durable(journal, clock);
      journal.close();
    }
    expect(segmentsIn(folder).length).toBeLessThanOrEqual(3);
    const { gone = [], records, incarnation } = open(1);
    const known = new VersionVector();
    for (const run of gone) known.add(run);
    expect(known.isEmpty).toBe(false);
    for (const { author, number } of records) known.add([author, number, 1]);
    expect([...known.ranges()].reduce((sum, [, , count]) => sum + count, 0)).toBe(250);
    expect(incarnation).toBe(6);
  });

  it("stays small on disk if the node keeps only recent values; the next life misses nothing", async () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const disk = new ControlledDisk();
    const network = new MemoryNetwork(clock, () => 10);
    const { open } = new FileJournals({ clock, log: new RecordingLog() }, directory, {
      segmentBytes: 1000,
      fsync: "never",
      files: disk.files,
    });
    const missed: unknown[] = [];
    const start = async (id: string) => {
      const node = await createNode<number>({
        id,
        members: ["n0", "n1"],
        transport: network.attach(id),
        clock,
        retain: { maxAge: 3_600_000 },
        ...(id === "n0" && { journal: open }),
      });
      node.on("missed", (news) => missed.push(news));
      return node;
    };
    const first = await start("n0");
    const other = await start("n1");
    for (let value = 0; value < 300; value++) {
      void other.broadcast(value);
      clock.advance(60_000);
      disk.finish();
    }
    await first.close();
    const folder = join(directory, "n0");
    const bytes = segmentsIn(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(6_000);
    const second = await start("n0");
    clock.advance(600_000);
    expect(missed).toEqual([]);
    expect(second.values()).toContain(299);
    await second.close();
  });
});
