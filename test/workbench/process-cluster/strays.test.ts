import { describe, expect, it } from "vitest";
import type { ProcessEntry, ProcessTable } from "../../../src/workbench/process-cluster/process-table.js";
import { groupEnded, killStrays, MARK, markOf } from "../../../src/workbench/process-cluster/strays.js";

const GROUP = 100;
/** How many pauses a killed process of these tests survives. */
const DYING = 3;

/** A table of processes that end some pauses after they are killed, without their environment meanwhile. */
class SlowlyEnding implements ProcessTable {
  readonly killed: number[] = [];
  private readonly pausesLeft = new Map<number, number>();

  constructor(private entries: readonly ProcessEntry[]) {}

  get ids(): readonly number[] {
    return this.entries.map(({ id }) => id);
  }

  async list(): Promise<readonly ProcessEntry[]> {
    return this.entries;
  }

  readonly kill = (id: number): void => {
    if (this.pausesLeft.has(id)) return;
    this.killed.push(id);
    this.pausesLeft.set(id, DYING);
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, environment: Buffer.alloc(0) } : entry));
  };

  async pause(): Promise<void> {
    for (const [id, left] of this.pausesLeft) this.pausesLeft.set(id, left - 1);
    this.entries = this.entries.filter(({ id }) => this.pausesLeft.get(id) !== 0);
  }
}

function process(id: number, group: number, mark: string): ProcessEntry {
  return { id, group, started: `at ${id}`, environment: Buffer.from(`HOME=/\0${MARK}=${mark}\0`) };
}

const processes = () =>
  new SlowlyEnding([
    process(101, GROUP, markOf("run", "n1")),
    process(102, 102, markOf("run", "n1")),
    process(103, 103, markOf("run", "n10")),
    process(104, 104, markOf("another", "n1")),
  ]);

describe("ending what a node has started", () => {
  it("kills the processes with the node's mark, and waits until they have ended", async () => {
    const table = processes();
    await killStrays("run", "n1", table);
    expect(table.killed).toEqual([101, 102]);
    expect(table.ids).toEqual([103, 104]);
  });

  it("kills those of the whole run at its end", async () => {
    const table = processes();
    await killStrays("run", undefined, table);
    expect(table.ids).toEqual([104]);
  });

  it("waits for a killed group, and kills nothing itself", async () => {
    const table = processes();
    table.kill(101);
    await groupEnded(GROUP, table);
    expect(table.killed).toEqual([101]);
    expect(table.ids).toEqual([102, 103, 104]);
  });

  it("gives up on a process that does not end", async () => {
    const table = new SlowlyEnding([process(101, GROUP, markOf("run", "n1"))]);
    await groupEnded(GROUP, table);
    expect(table.ids).toEqual([101]);
  });
});
