import type { PresetName } from "../../src/application/settings/presets.js";
import type { Part } from "../../src/application/wire/parts.js";
import type { PeerMessage } from "../../src/domain/messages.js";
import type { JsonValue } from "../../src/domain/values/json-value.js";
import type { WriteConcern } from "../../src/domain/write-concern/write-concern.js";

/** What one member saw of a cluster, as a file of this folder keeps it. Times are in ms. */
export interface Recording {
  readonly self: string;
  readonly members: readonly string[];
  readonly incarnation: number;
  readonly preset: PresetName;
  readonly fanOut: number;
  readonly ack: WriteConcern["nodes"];
  /** In the order in which they happened. */
  readonly events: readonly RecordedEvent[];
}

/** A message as it crosses the network: a large one in parts. */
export type WireMessage = PeerMessage | Part;

export type RecordedEvent =
  | { readonly at: number; readonly from: string; readonly body: WireMessage }
  | { readonly at: number; readonly to: string; readonly body: WireMessage }
  | { readonly at: number; readonly accepts: JsonValue };

/** A file: what does not change on the first line, then a line for each event. */
export function writeRecording({ events, ...head }: Recording): string {
  return `${[head, ...events].map((line) => JSON.stringify(line)).join("\n")}\n`;
}

export function readRecording(text: string): Recording {
  const [head, ...events] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { ...head, events };
}
