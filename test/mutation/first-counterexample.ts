/** A mutant is dead with the first counterexample of a property: nobody reads a smaller one. */
import fc from "fast-check";

fc.configureGlobal({ endOnFailure: true });
