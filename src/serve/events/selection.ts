import { TOPIC_NAME } from "../../library/node/topics/topic-name.js";

/** The values that a client follows: those of one topic by its name, of `ALL_TOPICS`, or `undefined` for those of no topic. */
export type Selection = string | undefined;

/** The selection of all values, those of no topic included. No topic has this name. */
export const ALL_TOPICS = "*";

/** The form of a selection as clients write it. */
export const SELECTION = new RegExp(`${TOPIC_NAME.source}|^\\${ALL_TOPICS}$`);

/** Whether a value of this topic, or of none, belongs to a selection. */
export function isSelected(topic: string | undefined, selection: Selection): boolean {
  return selection === ALL_TOPICS || topic === selection;
}
