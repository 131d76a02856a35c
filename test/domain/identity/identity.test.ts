import { describe, expect, it } from "vitest";
import { Identity } from "../../../src/domain/identity/identity.js";
import { inMemberOrder } from "../../../src/domain/identity/member-index.js";

const members = ["n0", "n1", "n2"];
const choices = (identity: Identity): (string | undefined)[] => {
  const { everyoneElse } = identity;
  return Array.from({ length: everyoneElse.length }, (_, index) => everyoneElse.at(index));
};

describe("Identity", () => {
  it("begins a new incarnation with an actor of its own, and remembers that it lived before", () => {
    const identity = new Identity({ self: "n1", members }, { incarnation: 7 });
    expect(identity).toMatchObject({ incarnation: 7, actor: "n1@7", hasLivedBefore: false });
    identity.startIncarnation(9);
    expect(identity).toMatchObject({ incarnation: 9, actor: "n1@9", hasLivedBefore: true });
  });

  it.each(members)("offers all members but %s itself, in their order", (self) => {
    const identity = new Identity({ self, members }, { incarnation: 1 });
    const expected = members.filter((member) => member !== self);
    expect(identity.others).toEqual(expected);
    expect(choices(identity)).toEqual(expected);
  });

  it("offers all members if it is not one of them", () => {
    const identity = new Identity({ self: "n9", members }, { incarnation: 1 });
    expect(identity.others).toEqual(members);
    expect(choices(identity)).toEqual(members);
  });

  it("follows changes of the members", () => {
    const identity = new Identity({ self: "n0", members }, { incarnation: 1 });
    identity.membersChanged(["n3", "n0"]);
    expect(choices(identity)).toEqual(["n3"]);
  });

  it("puts members in the order of the list, each once, and leaves out strangers", () => {
    expect(inMemberOrder(members, ["n2", "n9", "n0", "n2"])).toEqual(["n0", "n2"]);
  });
});
