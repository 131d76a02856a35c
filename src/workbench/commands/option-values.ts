import { InvalidArgumentError } from "commander";

/** Returns a parser for numbers in a range; its error is one line. */
export function numberBetween(least: number, most: number, options: { integer?: boolean; exclusive?: boolean } = {}) {
  const kind = options.integer ? "a whole number" : "a number";
  const from = options.exclusive ? `more than ${least}` : `at least ${least}`;
  return (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    const fits = value >= least && value <= most && !(options.exclusive && value === least);
    if (fits && (!options.integer || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`It must be ${kind}, ${from} and at most ${most}.`);
  };
}

/** Returns a parser for one of a few words. */
export function oneOf<Word extends string>(words: readonly Word[]) {
  return (text: string): Word => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new InvalidArgumentError(`It must be one of ${words.join(", ")}.`);
    return word;
  };
}

/** Returns a parser for several words separated by commas. */
export function listOf<Word extends string>(words: readonly Word[]) {
  const single = oneOf(words);
  return (text: string): readonly Word[] => [...new Set(text.split(",").map((word) => single(word.trim())))];
}
