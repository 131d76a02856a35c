import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Subjects, senderOf } from "../../../src/adapters/nats/subjects.js";

describe("a subject of NATS", () => {
  const subjects = new Subjects("orders.eu");

  it("names the cluster, the receiver and the sender, so that permissions can use them", () => {
    expect(subjects.message("n1", "n2")).toBe("orders.eu.node.n1.n2");
    expect(subjects.inbox("n1")).toBe("orders.eu.node.n1.*");
  });

  it("can contain any id: no id becomes a wildcard, a second token or another id", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }), (id) => {
        const subject = subjects.message("n1", id);
        expect(subject).toMatch(/^orders\.eu\.node\.n1\.[A-Za-z0-9_%-]+$/);
        expect(senderOf(subject)).toBe(id);
      }),
    );
  });

  it.each(["", "\ud800", "x".repeat(2000)])("is rejected for the invalid id %j", (id) => {
    expect(() => subjects.inbox(id)).toThrow(RangeError);
  });

  it.each(["", ".", "a.", "a b", "a.*", ">", "a..b", "é"])("is rejected for the prefix %j", (prefix) => {
    expect(() => new Subjects(prefix)).toThrow(/letters, digits/);
  });
});
