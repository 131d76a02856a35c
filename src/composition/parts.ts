import { Container } from "inversify";

/** The names in a list such as `"clock peers batcher"`. */
type Names<List extends string> = List extends `${infer First} ${infer Rest}` ? First | Names<Rest> : List;

/** A list whose names all belong to existing parts; any other list is a type error. */
type ListOf<P, List extends string> = Names<List> extends keyof P | "" ? List : never;

type With<Given, P, Name extends string, Part> = Parts<Given, P & { readonly [name in Name]: Part }>;

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

  /** Declares a part that is the same with each call. */
  set<Name extends string, Part>(name: Name, part: Part): With<Given, P, Name, Part> {
    this.container.bind(Symbol.for(name)).toConstantValue(part);
    return this as unknown as With<Given, P, Name, Part>;
  }

  /** Declares how a part is made, and from which other parts (`"clock peers"`). It is made if one that is wanted needs it. */
  make<Name extends string, List extends string, Part>(
    name: Name,
    needs: ListOf<P, List>,
    make: (deps: Pick<P, Names<List> & keyof P>) => Part,
  ): With<Given, P, Name, Part> {
    this.bind(Symbol.for(name), needs, make);
    return this as unknown as With<Given, P, Name, Part>;
  }

  /** Declares a part that is an instance of a class. Its constructor takes the needed parts as one object, then the options. */
  add<Name extends string, List extends string, Options extends unknown[], Part>(
    name: Name,
    Class: new (deps: Pick<P, Names<List> & keyof P>, ...options: Options) => Part,
    needs: ListOf<P, List>,
    ...options: Options
  ): With<Given, P, Name, Part> {
    return this.make<Name, List, Part>(name, needs, (deps) => new Class(deps, ...options));
  }

  /** Binds the common name of several interchangeable parts to one of them. */
  choose<Name extends string, Choice extends keyof P & string>(
    name: Name,
    choice: Choice,
  ): With<Given, P, Name, P[Choice]> {
    this.container.bind(Symbol.for(name)).toResolvedValue((part: unknown) => part, [this.idOf(choice)]);
    return this as unknown as With<Given, P, Name, P[Choice]>;
  }

  /** Returns a function that makes the wanted parts from the given ones, in this order, with everything that they need. */
  maker<List extends string>(wanted: ListOf<P, List>): (given: Given) => Pick<P, Names<List> & keyof P> {
    const result = Symbol("result");
    this.bind(result, wanted, (parts) => parts);
    return (given) => {
      const before = this.given;
      this.given = given;
      try {
        return this.container.get(result);
      } finally {
        this.given = before;
      }
    };
  }

  private bind<List extends string>(
    name: symbol,
    needs: List,
    make: (deps: Pick<P, Names<List> & keyof P>) => unknown,
  ): void {
    const names = needs.split(" ").filter((need) => need !== "");
    const build = (...parts: unknown[]) => {
      const deps: Record<string, unknown> = {};
      for (const [index, need] of names.entries()) deps[need] = parts[index];
      return make(deps as never);
    };
    this.container.bind(name).toResolvedValue(
      build,
      names.map((need) => this.idOf(need)),
    );
  }

  /** The container's name of a part. A part that is not declared is given, or the compiler would not know it. */
  private idOf(name: string): symbol {
    const id = Symbol.for(name);
    if (!this.container.isBound(id))
      this.container.bind(id).toDynamicValue(() => this.given?.[name as keyof Given] as unknown);
    return id;
  }
}
