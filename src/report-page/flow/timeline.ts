import type { RecordedMessage } from "../../workbench/report/data/run-report.js";

/** Finds messages by time. */
export class Timeline {
  /** What the slowest message took, in ms. */
  private readonly longest: number;

  /** @param messages all of them, in the order in which they were sent */
  constructor(private readonly messages: readonly RecordedMessage[]) {
    this.longest = messages.reduce((longest, { sentAt, endedAt = sentAt }) => Math.max(longest, endedAt - sentAt), 0);
  }

  /** Of these, in the order in which they were sent, the ones that may have been under way between two times (ms). */
  between(indexes: readonly number[], from: number, to: number): readonly number[] {
    return indexes.slice(this.firstFrom(indexes, from - this.longest), this.firstFrom(indexes, to));
  }

  /** The first place in the list from which on messages were sent at a time or later. */
  firstFrom(indexes: readonly number[], time: number): number {
    let [low, high] = [0, indexes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.messages[indexes[middle] as number] as RecordedMessage).sentAt < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
