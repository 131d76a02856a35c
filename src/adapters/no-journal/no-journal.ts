import type { OpenJournal } from "../../domain/ports/journal.js";

/** Stores nothing: values count as durable at once, and the next life does not know them. */
export const openNoJournal: OpenJournal = (_member, proposedIncarnation) => ({
  journal: { append: () => {}, sync: (whenDurable) => whenDurable(), close: () => {} },
  records: [],
  incarnation: proposedIncarnation,
  hasLivedBefore: false,
  problems: [],
});
