import { expect, it } from "vitest";
import { FixedTree } from "../../../src/domain/failure/fixed-tree.js";
import { Identity } from "../../../src/domain/identity/identity.js";

it("The fixed tree is built anew for other members", () => {
  const identity = new Identity({ self: "n0", members: ["n0"] }, { incarnation: 1 });
  expect(new FixedTree({ identity }).membersChanged(["n0", "n1"])).toBe("rebuild");
  expect(identity.members).toEqual(["n0", "n1"]);
});
