/** Why no test has to notice a change of a constant, by the name of the change. `npm run mutate:constants` checks that no test does. */
export const reasons: Readonly<Record<string, string>> = {};
