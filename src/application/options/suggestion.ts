import { distance } from "fastest-levenshtein";

/** The known word that was probably meant by a misspelled one, in any case; `undefined` if none is similar. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  const away = (candidate: string) => distance(word.toLowerCase(), candidate.toLowerCase());
  const [nearest] = [...known].sort((one, other) => away(one) - away(other));
  // A third of the letters may be wrong: `listen` does not stand for `ca`.
  return nearest !== undefined && away(nearest) <= Math.max(1, Math.floor(nearest.length / 3)) ? nearest : undefined;
}
