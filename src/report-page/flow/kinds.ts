import type { RunReport } from "../../workbench/report/data/run-report.js";
import { element } from "../dom.js";

/** Appearance of the arrows of a kind of message. */
export interface Look {
  /** Name of a colour of the page (style.css). */
  readonly colour: string;
  /** Lengths of dash and gap in pixels; empty for a solid line. */
  readonly dashes: readonly number[];
}

const COLOURS = ["--blue", "--orange", "--green", "--purple", "--sky", "--yellow", "--ink"];
const DASHES = [[], [6, 3], [2, 3]];

/** The appearance of each kind of message, by its number: the most frequent kinds get the most distinct colours; further ones are dashed. */
export function looksOf({ types, messages }: Pick<RunReport, "types" | "messages">): readonly Look[] {
  const counts = types.map(() => 0);
  for (const { type } of messages) counts[type] = (counts[type] ?? 0) + 1;
  const byCount = [...types.keys()].sort((one, other) => (counts[other] ?? 0) - (counts[one] ?? 0));
  return types.map((_, type) => {
    const rank = byCount.indexOf(type);
    return {
      colour: COLOURS[rank % COLOURS.length] as string,
      dashes: DASHES[Math.floor(rank / COLOURS.length) % DASHES.length] as readonly number[],
    };
  });
}

/** The legend of the colours. */
export function legend(types: readonly string[], looks: readonly Look[]): HTMLElement {
  return element(
    "ul",
    { class: "kinds", "aria-label": "Kinds of messages by colour" },
    ...types.map((name, type) => {
      const { colour, dashes } = looks[type] as Look;
      const style = dashes.length === 0 ? "solid" : "dashed";
      return element("li", { style: `--kind: var(${colour}); --line-style: ${style}` }, name);
    }),
  );
}
