import { Container } from "inversify";

/** The names in a list such as `"clock peers batcher"`. */
type Names<List extends string> = List extends `${infer First} ${infer Rest}` ? First | Names<Rest> : List;

/** A list whose names all belong to existing parts; any other list is a type error. */
type ListOf<P, List extends string> = Names<List> extends keyof P | "" ? List : never;

type With<P, Name extends string, Part> = Parts<P & { readonly [name in Name]: Part }>;

/** A container whose parts are addressed by name. The compiler checks that a part exists before another part needs it. */
export class Parts<P> {
  constructor(private readonly container = new Container({ defaultScope: "Singleton" })) {}

  set<Name extends string, Part>(name: Name, part: Part): With<P, Name, Part> {
    this.container.bind(Symbol.for(name)).toConstantValue(part);
    return this as unknown as With<P, Name, Part>;
  }

  /**
   * Declares how a part is made, and from which other parts (`"clock peers"`). The part is made once, when it is first
   * needed.
   */
  make<Name extends string, List extends string, Part>(
    name: Name,
    needs: ListOf<P, List>,
    make: (deps: Pick<P, Names<List> & keyof P>) => Part,
  ): With<P, Name, Part> {
    const names = needs.split(" ").filter((need) => need !== "");
    const build = (...parts: unknown[]) => make(Object.fromEntries(names.map((need, i) => [need, parts[i]])) as never);
    this.container.bind(Symbol.for(name)).toResolvedValue(
      build,
      names.map((need) => Symbol.for(need)),
    );
    return this as unknown as With<P, Name, Part>;
  }

  /** Declares a part that is an instance of a class. Its constructor takes the needed parts as one object, then the options. */
  add<Name extends string, List extends string, Options extends unknown[], Part>(
    name: Name,
    Class: new (deps: Pick<P, Names<List> & keyof P>, ...options: Options) => Part,
    needs: ListOf<P, List>,
    ...options: Options
  ): With<P, Name, Part> {
    return this.make<Name, List, Part>(name, needs, (deps) => new Class(deps, ...options));
  }

  /** Binds the common name of several interchangeable parts to one of them. */
  choose<Name extends string, Choice extends keyof P & string>(name: Name, choice: Choice): With<P, Name, P[Choice]> {
    this.container.bind(Symbol.for(name)).toResolvedValue((part: unknown) => part, [Symbol.for(choice)]);
    return this as unknown as With<P, Name, P[Choice]>;
  }

  get<Name extends keyof P & string>(name: Name): P[Name] {
    return this.container.get(Symbol.for(name));
  }

  /** A container for parts with a shorter life. They may be made from the parts of this container. */
  child(): Parts<P> {
    return new Parts(new Container({ parent: this.container, defaultScope: "Singleton" }));
  }
}
