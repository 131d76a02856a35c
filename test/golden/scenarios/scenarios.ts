import type { Conversation } from "../conversation.js";
import { library } from "./library.js";
import { maelstrom } from "./maelstrom.js";
import { idle, seeds, smallMessages } from "./simulated.js";

/** Scenarios by name. */
export type Scenarios = Iterable<readonly [name: string, run: (conversation: Conversation) => void | Promise<void>]>;

/** What the simulator never does: members that come and go, retention, clients' requests, trees out of a topology. */
const special: Scenarios = [...idle(), ...library(), ...maelstrom()];

/** Everything that is pinned. */
const scenarios = new Map([...special, ...seeds(), ...smallMessages()]);

export const names = [...scenarios.keys()];

const QUICK_SEEDS = 6;

/** Those that `npm test` looks at: the special ones, and some seeds, each with one kind of acknowledgement. */
export const quick = [
  ...[...special].map(([name]) => name),
  ...Array.from({ length: QUICK_SEEDS }, (_, index) => `seed-${index + 1}-ack-${[1, 2, "all"][index % 3]}`),
];

/**
 * Runs a scenario.
 * @throws {Error} if there is none of that name
 */
export async function converse(name: string, conversation: Conversation): Promise<Conversation> {
  const run = scenarios.get(name);
  if (run === undefined) throw new Error(`there is no scenario ${name}: npm run golden -- --list`);
  await run(conversation);
  return conversation;
}
