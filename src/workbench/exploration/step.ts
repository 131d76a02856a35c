/** A message under way. */
export interface FlyingMessage {
  /** Number of the message, the same in every run in which its sender has the same past; see `Pasts`. */
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly body: object;
  /** By the sender's clock, in ms. */
  readonly sentAt: number;
}

/** Something that may happen next; `at` is the time of what comes from outside the cluster, in ms. Plain data: a step is repeated in other runs with the same beginning. */
export type Step =
  /** A message arrives. At a dead process it is gone. */
  | { readonly kind: "deliver"; readonly node: number; readonly message: number }
  | { readonly kind: "lose"; readonly message: number }
  /** A client's value reaches a member. */
  | { readonly kind: "request"; readonly node: number; readonly value: number; readonly at: number }
  /** The timers of a node that are due next run. */
  | { readonly kind: "timers"; readonly node: number }
  | { readonly kind: "crash"; readonly node: number; readonly at: number }
  | { readonly kind: "restart"; readonly node: number };

/** Steps in order, as a list that shares its beginning with others. */
export interface Path {
  readonly before: Path | undefined;
  readonly step: Step;
}

/** The steps of a path, the first one first. */
export function stepsOf(path: Path | undefined): Step[] {
  const steps: Step[] = [];
  for (let rest = path; rest !== undefined; rest = rest.before) steps.push(rest.step);
  return steps.reverse();
}

/** What a step does to its node, in words that tell it from every other step that the node may take. */
export function eventOf(step: Exclude<Step, { kind: "lose" }>): string {
  switch (step.kind) {
    case "deliver":
      return `gets ${step.message}`;
    case "request":
      return `accepts ${step.value} at ${step.at}`;
    case "crash":
      return `crashes at ${step.at}`;
    default:
      return step.kind;
  }
}
