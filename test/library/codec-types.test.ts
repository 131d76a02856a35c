import { describe, expectTypeOf, it } from "vitest";
import {
  type Codec,
  createNode,
  type Delivery,
  type JsonValue,
  jsonCodec,
  type NodeOptions,
  richCodec,
  type TidecastNode,
} from "../../src/library/index.js";

/** Has no index signature, and so is no `JsonValue` to the compiler. */
interface Order {
  readonly id: string;
  readonly items: readonly { readonly price: number }[];
  readonly note?: string;
}

interface RichOrder extends Order {
  readonly placed: Date;
}

type Rest = Omit<NodeOptions<never>, "codec">;

// Checked by the compiler (npm run check:types): these functions are never called.
describe("the types of codecs", () => {
  it("let createNode<Order> accept the codecs of the library, and no codec", () => {
    const nodes = (rest: Rest) => ({
      rich: createNode<RichOrder>({ ...rest, codec: richCodec }),
      json: createNode<Order>({ ...rest, codec: jsonCodec }),
      none: createNode<Order>({ ...rest }),
    });
    type Nodes = ReturnType<typeof nodes>;
    expectTypeOf<Nodes["rich"]>().toEqualTypeOf<Promise<TidecastNode<RichOrder>>>();
    expectTypeOf<Nodes["json"]>().toEqualTypeOf<Promise<TidecastNode<Order>>>();
    expectTypeOf<Nodes["none"]>().toEqualTypeOf<Promise<TidecastNode<Order>>>();
    expectTypeOf<Parameters<TidecastNode<RichOrder>["broadcast"]>[0]>().toEqualTypeOf<RichOrder>();
  });

  it("follow the codec if no type is named", () => {
    const nodes = (rest: Rest) => ({
      rich: createNode({ ...rest, codec: richCodec }),
      json: createNode({ ...rest, codec: jsonCodec }),
      none: createNode({ ...rest }),
    });
    type Nodes = ReturnType<typeof nodes>;
    expectTypeOf<Nodes["rich"]>().toEqualTypeOf<Promise<TidecastNode<unknown>>>();
    expectTypeOf<Nodes["json"]>().toEqualTypeOf<Promise<TidecastNode<JsonValue>>>();
    expectTypeOf<Nodes["none"]>().toEqualTypeOf<Promise<TidecastNode<JsonValue>>>();
  });

  it("let an application write a codec for an interface, on its own or on top of another one", () => {
    const own: Codec<RichOrder> = {
      encode: ({ placed, items, ...rest }) => ({ ...rest, items: [...items], placed: placed.getTime() }),
      decode: (json) => {
        const { placed, ...rest } = json as { placed: number } & Record<string, JsonValue>;
        return { ...(rest as unknown as Order), placed: new Date(placed) };
      },
    };
    const onTop: Codec<Order> = {
      encode: (order) => ({ version: 1, order: jsonCodec.encode(order) }),
      decode: (json) => jsonCodec.decode<Order>((json as { order: JsonValue }).order),
    };
    const named: Codec<Order> = jsonCodec;
    const nodes = (rest: Rest) => ({
      own: createNode({ ...rest, codec: own }),
      onTop: createNode<Order>({ ...rest, codec: onTop }),
      named: createNode({ ...rest, codec: named }),
    });
    type Nodes = ReturnType<typeof nodes>;
    expectTypeOf<Nodes["own"]>().toEqualTypeOf<Promise<TidecastNode<RichOrder>>>();
    expectTypeOf<Nodes["onTop"]>().toEqualTypeOf<Promise<TidecastNode<Order>>>();
    expectTypeOf<Nodes["named"]>().toEqualTypeOf<Promise<TidecastNode<Order>>>();
    expectTypeOf<Delivery<Order>["value"]>().toEqualTypeOf<Order>();
  });

  it("reject a codec for other values", () => {
    const dates: Codec<Date> = { encode: (date) => date.getTime(), decode: (json) => new Date(json as number) };
    // @ts-expect-error a codec for dates cannot carry orders
    const wrong = (rest: Rest) => createNode<Order>({ ...rest, codec: dates });
    // @ts-expect-error no JSON
    const noJson: Codec<Order> = { encode: (order) => new Map([[order.id, order]]), decode: () => ({}) as Order };
    expectTypeOf(wrong).toBeFunction();
    expectTypeOf(noJson).toEqualTypeOf<Codec<Order>>();
  });
});
