import type { Clock } from "../../../domain/ports/clock.js";
import type { Journal, OpenJournal } from "../../../domain/ports/journal.js";
import { Histogram } from "./histogram.js";

/** Counts what a node writes to its journal. */
export class JournalCounts {
  appended = 0;
  recovered = 0;
  /** Calls of `sync` that wait for the medium. */
  pending = 0;
  readonly syncTime = new Histogram(
    "tidecast_journal_sync_seconds",
    "Time until appended values were durable.",
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  );

  constructor(private readonly clock: Clock) {}

  /** The same way to open a journal, counted. */
  wrap(open: OpenJournal): OpenJournal {
    return (member, incarnation) => {
      const opened = open(member, incarnation);
      this.recovered = opened.records.length;
      return { ...opened, journal: this.counted(opened.journal) };
    };
  }

  private counted(journal: Journal): Journal {
    return {
      append: (record) => {
        this.appended++;
        journal.append(record);
      },
      sync: (whenDurable) => {
        const start = this.clock.now();
        this.pending++;
        journal.sync(() => {
          this.pending--;
          this.syncTime.add((this.clock.now() - start) / 1000);
          whenDurable();
        });
      },
      ...(journal.forget && { forget: (dots) => journal.forget?.(dots) }),
      ...(journal.renew && { renew: (incarnation) => journal.renew?.(incarnation) }),
      close: () => journal.close(),
    };
  }
}
