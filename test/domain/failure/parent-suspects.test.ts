import { describe, expect, it } from "vitest";
import { ParentSuspects } from "../../../src/domain/failure/parent-suspects.js";

const members = ["n0", "n1", "n2", "n3"];
const complete = (...suspects: readonly string[]) => ({ suspects, more: false });
const cutShort = (...suspects: readonly string[]) => ({ suspects, more: true });

describe("ParentSuspects", () => {
  it("returns the suspects that the parent leaves out of a complete list, once", () => {
    const list = new ParentSuspects();
    expect(list.update("n0", members, complete("n1", "n2"))).toEqual([]);
    expect(list.update("n0", members, complete("n2", "n3"))).toEqual(["n1"]);
    expect(list.update("n0", members, complete())).toEqual(["n2", "n3"]);
    expect(list.update("n0", members, complete())).toEqual([]);
  });

  it("adds up lists that are cut short, of which nothing is known to be left out", () => {
    const list = new ParentSuspects();
    expect(list.update("n0", members, cutShort("n1"))).toEqual([]);
    expect(list.update("n0", members, cutShort("n2"))).toEqual([]);
    expect(list.update("n0", members, complete("n3"))).toEqual(["n1", "n2"]);
  });

  it("starts anew with another parent, and again with the former one", () => {
    const list = new ParentSuspects();
    list.update("n0", members, complete("n2"));
    expect(list.update("n1", members, complete("n3"))).toEqual([]);
    expect(list.update("n0", members, complete())).toEqual([]);
  });

  it("keeps neither strangers nor members that have left", () => {
    const list = new ParentSuspects();
    list.update("n0", members, cutShort("n2", "stranger"));
    expect(list.update("n0", ["n0", "n1"], complete())).toEqual([]);
    list.update("n0", members, complete("n3", "stranger"));
    expect(list.update("n0", members, complete())).toEqual(["n3"]);
  });
});
