import type { Random } from "../../../domain/ports/random.js";
import type { SimulatedFile } from "./simulated-file.js";

export type SimulatedEntry = SimulatedDirectory | SimulatedFile;

/** A directory: its entries as the system shows them, and as the medium holds them. */
export class SimulatedDirectory {
  readonly entries = new Map<string, SimulatedEntry>();
  private durable = new Map<string, SimulatedEntry>();

  constructor(readonly id: number) {}

  sync(): void {
    this.durable = new Map(this.entries);
  }

  /** A power cut: each change that was not synced is on the medium, or it is not. */
  cutPower(random: Random, tally: (what: string, count: number) => void): void {
    for (const name of new Set([...this.durable.keys(), ...this.entries.keys()])) {
      const before = this.durable.get(name);
      if (before === this.entries.get(name) || random.next() < 0.5) continue;
      tally("directory entries undone", 1);
      if (before === undefined) this.entries.delete(name);
      else this.entries.set(name, before);
    }
    this.sync();
    for (const entry of this.entries.values())
      if (entry instanceof SimulatedDirectory) entry.cutPower(random, tally);
      else {
        const { lost, torn } = entry.cutPower(random);
        tally("unsynced pages lost", lost);
        tally("unsynced pages torn", torn);
      }
  }

  /** All files in it and below. */
  *files(): Generator<SimulatedFile> {
    for (const entry of this.entries.values())
      if (entry instanceof SimulatedDirectory) yield* entry.files();
      else yield entry;
  }
}
