import type { RecordedMessage } from "../../workbench/report/data/run-report.js";

/** Filter of the messages; an undefined field matches all. */
export interface Filter {
  /** Sent or received by this node. */
  readonly node?: number;
  readonly type?: number;
}

/** Indexes of the matching messages. */
export function passing(messages: readonly RecordedMessage[], { node, type }: Filter): readonly number[] {
  return [...messages.keys()].filter((index) => {
    const message = messages[index] as RecordedMessage;
    return (
      (node === undefined || message.from === node || message.to === node) &&
      (type === undefined || message.type === type)
    );
  });
}
