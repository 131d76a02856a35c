import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Pinned } from "./conversation.js";
import { firstDifference, type Pin, readPins, writePins } from "./pin.js";

const EVENTS_FILE = "test/golden/pins/events.txt";
const WORDS_FILE = "test/golden/pins/words.txt";

export function readPinned(): Map<string, Pinned> {
  const words = readPins(readFileSync(WORDS_FILE, "utf8"));
  const events = readPins(readFileSync(EVENTS_FILE, "utf8"));
  return new Map([...events].map(([name, pin]) => [name, { events: pin, words: words.get(name) as Pin }]));
}

export function writePinned(pinned: ReadonlyMap<string, Pinned>): void {
  const pinsOf = (kind: keyof Pinned) => new Map([...pinned].map(([name, pins]) => [name, pins[kind]]));
  mkdirSync(dirname(EVENTS_FILE), { recursive: true });
  writeFileSync(EVENTS_FILE, `${writePins(pinsOf("events"))}\n`);
  writeFileSync(WORDS_FILE, `${writePins(pinsOf("words"))}\n`);
}

/**
 * Compares with what is pinned.
 * @param lines what happened, if it is known: the ones in question are shown
 * @returns in words what differs, and what to do; `undefined` if nothing does
 */
export function difference(
  name: string,
  pinned: Pinned | undefined,
  actual: Pinned,
  lines?: readonly string[],
): string | undefined {
  if (pinned === undefined) return `${name} is not pinned: npm run golden`;
  const events = firstDifference(pinned.events, actual.events);
  const advice = [
    `  to see the first one that differs:  npm run golden -- --diff ${name}`,
    "  if the change is meant:             npm run golden, and say in the commit why",
  ];
  if (events !== undefined)
    return [
      `${name}: of ${pinned.events.count} events (${actual.events.count} now) the first one that differs is among ${events.first} to ${events.last}${lines === undefined ? "" : "; they are now"}`,
      ...(lines ?? []).slice(events.first - 1, events.last).map((line) => `    ${line.slice(0, 160)}`),
      ...advice,
    ].join("\n");
  if (firstDifference(pinned.words, actual.words) === undefined) return undefined;
  return [`${name}: nothing but words for people differs: lines of the log, or texts of errors`, ...advice].join("\n");
}
