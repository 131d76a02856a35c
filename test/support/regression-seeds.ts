/** Seeds of the simulator, each of which found a bug once. */
export const REGRESSION_SEEDS: readonly number[] = [
  19, 121, 226, 260, 301, 316, 328, 335, 474, 1083, 1124, 1708, 1760, 2270, 2467, 3753, 10454, 10575, 10581, 10939,
  30488, 30613, 31096, 31361, 31608, 32083, 32274, 50051, 60523, 202112, 202603, 50637, 50753, 50775, 51033, 600023,
  632095387,
  // The check for quiet allowed nothing for a clock that was set back and is noticed in the idle minute: comparing with all neighbours.
  176,
  // A member answers `stale` once a second: the second of two processes with one id was ignored and never told.
  1828,
  // A node ignored that an acknowledgement was for a later life of its id, and took the digest that this life had requested for its own.
  4619,
  // Young values that a second process had accepted counted as on their way to the first one: nobody sent them.
  6660,
  // A node that went on in a later life while it suspected a member did not wait for the acknowledgements of that member.
  1888,
  // The first round trip that a node measured spanned its own pause of 8 s, and became the timeout of all nodes below it.
  4347,
];
