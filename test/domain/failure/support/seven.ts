import { LoneNode } from "../../../support/lone-node.js";

/** Seven members with two children each: n1 and n2 below n0, n3 and n4 below n1, n5 and n6 below n2. */
export const memberOfSeven = (self: string, mode: "rounds" | "eager" = "rounds") =>
  new LoneNode({ self, size: 7, settings: { fanOut: 2, mode } });

/** The receivers of the digests that the node has sent since it had sent that many messages. */
export const digestsSince = (lone: LoneNode, count: number) =>
  lone.sent.slice(count).flatMap(({ to, body }) => (body.type === "digest" ? [to] : []));
