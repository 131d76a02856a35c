import type { OpenJournal } from "../../domain/ports/journal.js";

/** Writes nothing down: values count as durable at once, and the next life knows nothing of this one. */
export const openNoJournal: OpenJournal = (_member, proposedIncarnation) => ({
  journal: { append: () => {}, sync: (whenDurable) => whenDurable(), close: () => {} },
  records: [],
  incarnation: proposedIncarnation,
  hasLivedBefore: false,
  problems: [],
});
