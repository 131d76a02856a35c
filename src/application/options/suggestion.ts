import { distance } from "fastest-levenshtein";

/** The known word that a misspelled one was probably meant to be, in whatever case; `undefined` if none is near. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  const away = (candidate: string) => distance(word.toLowerCase(), candidate.toLowerCase());
  const [nearest] = [...known].sort((one, other) => away(one) - away(other));
  // A third of the letters may be wrong: `listen` is not what `ca` stands for.
  return nearest !== undefined && away(nearest) <= Math.max(1, Math.floor(nearest.length / 3)) ? nearest : undefined;
}
