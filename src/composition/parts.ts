import { Container } from "inversify";

/** The names in a list such as `"clock peers batcher"`. */
type Names<List extends string> = List extends `${infer First} ${infer Rest}` ? First | Names<Rest> : List;

/** A list whose names all belong to existing parts; any other list is a type error. */
type ListOf<P, List extends string> = Names<List> extends keyof P | "" ? List : never;

/** The parts that a list names. */
type Listed<P, List extends string> = Pick<P, Names<List> & keyof P>;

type Class<Deps, Options extends unknown[]> = new (deps: Deps, ...options: Options) => unknown;

/**
 * A container whose parts are addressed by name. The compiler checks that a part exists before another part needs it.
 *
 * The container holds no part: it knows how parts are made from given ones, and `maker` makes all of them anew with each
 * call. So the nodes of one process share one container, and a node takes the memory of its parts alone.
 */
export class Parts<Given, P = Given> {
  private readonly container = new Container({ defaultScope: "Request" });
  /** The given parts while others are made from them. */
  private given: Given | undefined;

  /** Declares how a part is made, and from which other parts (`"clock peers"`). It is made if one that is wanted needs it. */
  make<Name extends string, List extends string, Part>(
    name: Name,
    needs: ListOf<P, List>,
    make: (deps: Listed<P, List>) => Part,
  ): Parts<Given, P & { readonly [name in Name]: Part }> {
    const names = needs.split(" ").filter((need) => need !== "");
    // A part that is not declared is given, or the compiler would not know it.
    for (const need of names.filter((need) => !this.container.isBound(need)))
      this.container.bind(need).toDynamicValue(() => this.given?.[need as keyof Given] as unknown);
    const named = (parts: readonly unknown[]) => Object.fromEntries(names.map((need, index) => [need, parts[index]]));
    this.container.bind(name).toResolvedValue((...parts) => make(named(parts) as Listed<P, List>), names);
    return this as never;
  }

  /** Declares a part that is an instance of a class. Its constructor takes the needed parts as one object, then the options. */
  add<Name extends string, List extends string, Options extends unknown[], C extends Class<Listed<P, List>, Options>>(
    name: Name,
    Class: C,
    needs: ListOf<P, List>,
    ...options: Options
  ) {
    return this.make(name, needs, (deps: Listed<P, List>) => new Class(deps, ...options) as InstanceType<C>);
  }

  /** Gives one of several interchangeable parts their common name. */
  choose<Name extends string, Choice extends keyof P & string>(name: Name, choice: Choice) {
    return this.make<Name, string, P[Choice]>(name, choice as never, (parts) => (parts as P)[choice]);
  }

  /** Returns a function that makes the wanted parts from the given ones, with everything that they need. */
  maker<List extends string>(wanted: ListOf<P, List>): (given: Given) => Listed<P, List> {
    const { container } = this.make("wanted", wanted, (parts) => parts);
    return (given) => {
      const before = this.given;
      this.given = given;
      try {
        return container.get("wanted");
      } finally {
        this.given = before;
      }
    };
  }
}
