import { quote } from "../../application/options/invalid-options.js";
import { describeError } from "../../application/wire/describe-error.js";
import type { Log } from "../../domain/ports/log.js";

/** What a function was called with is of the wrong kind: an event that there is not, or a listener that is no function. */
export class InvalidArgument extends TypeError {
  override readonly name = "InvalidArgument";
  /** The same in every copy of this module, where `instanceof` differs. */
  readonly code = "TIDECAST_INVALID_ARGUMENT";
}

type Listener<News> = (news: News) => unknown;

/** The listeners for the events of a node. What goes wrong in a listener is told to the log, and disturbs nobody. */
export class EventListeners<Events extends object> {
  private readonly listeners: { [Name in keyof Events]: Set<{ readonly call: Listener<Events[Name]> }> };

  /** @param names the events that there are */
  constructor(
    private readonly names: readonly (keyof Events & string)[],
    private readonly log: Log,
  ) {
    this.listeners = Object.fromEntries(names.map((name) => [name, new Set()])) as unknown as typeof this.listeners;
  }

  /**
   * Adds a listener. One that is added twice is called twice, and removed one by one.
   * @returns removes it again
   * @throws {InvalidArgument} for an event that there is not, and for a listener that is no function
   */
  add<Name extends keyof Events & string>(name: Name, listener: Listener<Events[Name]>): () => void {
    if (!this.names.includes(name))
      throw new InvalidArgument(`there is no event ${quote(name)}; there are ${this.names.join(" and ")}`);
    if (typeof listener !== "function")
      throw new InvalidArgument(
        `a listener for "${name}" must be a function, but it is ${listener === null ? "null" : typeof listener}`,
      );
    const own = { call: listener };
    this.listeners[name].add(own);
    return () => {
      this.listeners[name].delete(own);
    };
  }

  /**
   * The listeners of this moment, as with Node's `EventEmitter`: a listener that is added while an event is told waits for the
   * next one, and one that is removed still gets this one. Each is to be called with news of its own.
   */
  snapshot<Name extends keyof Events & string>(name: Name): ((news: Events[Name]) => void)[] {
    return [...this.listeners[name]].map(
      ({ call }) =>
        (news) =>
          this.call(name, call, news),
    );
  }

  private call<Name extends keyof Events & string>(
    name: Name,
    listener: Listener<Events[Name]>,
    news: Events[Name],
  ): void {
    const failed = (error: unknown) => this.log.line(`a listener for "${name}" failed: ${describeError(error)}`);
    try {
      const result = listener(news);
      // An async function fails later; what has a `then` of its own may throw from it.
      if ((typeof result === "object" && result !== null) || typeof result === "function")
        Promise.resolve(result).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
