import { expect, it } from "vitest";
import { LinkTable } from "../../../src/adapters/tcp/link-table.js";

it("a table of links without one to a node ignores that the node is forgotten, or has disconnected", () => {
  const links = new LinkTable(() => {
    throw new Error("no link is needed");
  }, undefined);
  links.locate("b", { host: "10.0.0.2", port: 7000 });
  links.disconnected("b");
  links.forget("b");
  expect([links.values(), links.to("b")]).toEqual([[], undefined]);
});
