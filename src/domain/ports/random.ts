/** The domain's only source of randomness; a seeded fake makes it repeatable. */
export interface Random {
  /** A number drawn uniformly from [0, 1). */
  next(): number;
}
