import type { RecordedMessage, RunReport } from "./run-report.js";

/** Messages in columns: numbers that repeat or grow slowly, which compress well. Times in microseconds. */
interface MessageColumns {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly type: readonly number[];
  /** Time since the previous message. */
  readonly sent: readonly number[];
  /** Time since it was sent; -1: still in flight at the end. */
  readonly took: readonly number[];
  /** -1: not dropped. */
  readonly lostBy: readonly number[];
  readonly up: readonly (0 | 1)[];
  readonly bytes: readonly number[];
  /** Number of values of each message, and all values in a row: the first as it is, others as differences. */
  readonly counts: readonly number[];
  readonly values: readonly number[];
}

/** A report as the page stores it. */
export interface PackedReport extends Omit<RunReport, "messages"> {
  readonly messages: MessageColumns;
}

const MICROSECONDS = 1000;
const NONE = -1;

/** Packs a report. Messages must be in the order in which they were sent. */
export function packReport({ messages, ...rest }: RunReport): PackedReport {
  const sent = messages.map(({ sentAt }) => Math.round(sentAt * MICROSECONDS));
  return {
    ...rest,
    messages: {
      from: messages.map(({ from }) => from),
      to: messages.map(({ to }) => to),
      type: messages.map(({ type }) => type),
      sent: differences(sent),
      took: messages.map(({ endedAt }, index) =>
        endedAt === undefined ? NONE : Math.round(endedAt * MICROSECONDS) - (sent[index] as number),
      ),
      lostBy: messages.map(({ lostBy }) => lostBy ?? NONE),
      up: messages.map(({ up }) => (up ? 1 : 0)),
      bytes: messages.map(({ bytes }) => bytes),
      counts: messages.map(({ values }) => values.length),
      values: messages.flatMap(({ values }) => differences(values)),
    },
  };
}

/** Unpacks a report, with times to the microsecond. */
export function unpackReport({ messages: columns, ...rest }: PackedReport): RunReport {
  const sent = sums(columns.sent);
  let place = 0;
  const messages = columns.from.map((from, index): RecordedMessage => {
    const at = (column: readonly number[]) => column[index] as number;
    const [took, lostBy, count] = [at(columns.took), at(columns.lostBy), at(columns.counts)];
    const values = sums(columns.values.slice(place, place + count));
    place += count;
    return {
      from,
      to: at(columns.to),
      type: at(columns.type),
      sentAt: at(sent) / MICROSECONDS,
      ...(took !== NONE && { endedAt: (at(sent) + took) / MICROSECONDS }),
      ...(lostBy !== NONE && { lostBy }),
      values,
      up: at(columns.up) === 1,
      bytes: at(columns.bytes),
    };
  });
  return { ...rest, messages };
}

function differences(numbers: readonly number[]): number[] {
  return numbers.map((number, index) => number - (numbers[index - 1] ?? 0));
}

function sums(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((step) => {
    sum += step;
    return sum;
  });
}
