import type { RecordedMessage } from "../../workbench/report/data/run-report.js";

/** Finds messages by time. */
export class Timeline {
  /** Duration of the slowest message, in ms. */
  private readonly longest: number;

  /** @param messages all of them, in the order in which they were sent */
  constructor(private readonly messages: readonly RecordedMessage[]) {
    this.longest = messages.reduce((longest, { sentAt, endedAt = sentAt }) => Math.max(longest, endedAt - sentAt), 0);
  }

  /** Those of these messages, in the order of sending, that may have been in flight between two times (ms). */
  between(indexes: readonly number[], from: number, to: number): readonly number[] {
    return indexes.slice(this.firstFrom(indexes, from - this.longest), this.firstFrom(indexes, to));
  }

  /** Index of the first message sent at this time or later. */
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
