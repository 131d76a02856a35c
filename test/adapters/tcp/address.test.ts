import { describe, expect, it } from "vitest";
import { isLoopback, parseAddress, parseMembers, writeAddress } from "../../../src/adapters/tcp/address.js";

describe("an address", () => {
  it.each([
    ["127.0.0.1:7001", { host: "127.0.0.1", port: 7001 }],
    ["db.example.org:1", { host: "db.example.org", port: 1 }],
    ["[::1]:65535", { host: "::1", port: 65_535 }],
  ])("%s is read, and written the same", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(writeAddress(parseAddress(text))).toBe(text);
  });

  it.each(["", "host", "host:", ":7001", "host:x", "host:70000", "::1:7001", "[::1]", "a:1:2"])(
    "%s is refused",
    (text) => {
      expect(() => parseAddress(text)).toThrow(`"${text}" is no address: host:port is, or [IPv6]:port`);
    },
  );

  it.each([
    ["127.0.0.1:1", true],
    ["127.9.9.9:1", true],
    ["localhost:1", true],
    ["[::1]:1", true],
    ["0.0.0.0:1", false],
    ["[::]:1", false],
    ["10.0.0.1:1", false],
    ["127.example.org:1", false],
  ])("%s is on this machine alone: %s", (text, expected) => {
    expect(isLoopback(parseAddress(text))).toBe(expected);
  });
});

describe("the members' addresses", () => {
  it("are given as an object, or as id=host:port each", () => {
    const members = new Map([
      ["a", { host: "127.0.0.1", port: 1 }],
      ["b", { host: "::1", port: 2 }],
    ]);
    expect(parseMembers({ a: "127.0.0.1:1", b: "[::1]:2" })).toEqual(members);
    expect(parseMembers(["a=127.0.0.1:1", "b=[::1]:2"])).toEqual(members);
  });

  it.each([
    [["a"], '"a" is no member: id=host:port is'],
    [["=host:1"], "a member needs an id"],
    [["a=host:1", "a=host:2"], "member a is given twice"],
    [["a=host"], '"host" is no address'],
  ])("are refused: %s", (members, problem) => {
    expect(() => parseMembers(members)).toThrow(problem);
  });
});
