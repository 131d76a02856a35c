import { describe, expect, it } from "vitest";
import {
  type Address,
  isLoopback,
  isSameAddress,
  isWildcard,
  parseAddress,
  writeAddress,
} from "../../../src/adapters/tcp/address.js";
import { parseMembers } from "../../../src/adapters/tcp/members.js";
import { InvalidOptions } from "../../../src/application/options/invalid-options.js";

const addressOf = (text: string) => parseAddress(text) as Address;

describe("an address", () => {
  it.each([
    ["127.0.0.1:7001", { host: "127.0.0.1", port: 7001 }],
    ["db.example.org:1", { host: "db.example.org", port: 1 }],
    ["Db_1.example.org.:1", { host: "Db_1.example.org.", port: 1 }],
    ["bücher.example:80", { host: "bücher.example", port: 80 }],
    ["[::1]:65535", { host: "::1", port: 65_535 }],
    ["[fe80::1%eth0]:7001", { host: "fe80::1%eth0", port: 7001 }],
  ])("%s is parsed, and written unchanged", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(writeAddress(addressOf(text))).toBe(text);
  });

  it.each([
    "",
    "host",
    "host:",
    ":7001",
    "host:x",
    "host:70000",
    "host:0",
    "host:-1",
    "host:1.5",
    "::1:7001",
    "[::1]",
    "[host]:1",
    "[127.0.0.1]:1",
    "a:1:2",
    " host:1",
    "host:1 ",
    "ho st:1",
    "host/x:1",
    "user@host:1",
    "a..b:1",
    "256.1.1.1:1",
    `${"x".repeat(64)}:1`,
    `${`${"x".repeat(63)}.`.repeat(3)}${"x".repeat(63)}:1`,
  ])("%j is rejected", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it("may be a name of the greatest length, with or without a dot at its end", () => {
    const name = `${`${"x".repeat(63)}.`.repeat(3)}${"x".repeat(61)}`;
    for (const host of [name, `${name}.`]) expect(parseAddress(`${host}:1`)).toEqual({ host, port: 1 });
  });

  it("may let the system choose the port on which a node listens", () => {
    expect(parseAddress("127.0.0.1:0", 0)).toEqual({ host: "127.0.0.1", port: 0 });
  });

  it.each([
    ["127.0.0.1:1", true],
    ["127.9.9.9:1", true],
    ["127.1:1", true],
    ["localhost:1", true],
    ["LOCALHOST:1", true],
    ["LocalHost.:1", true],
    ["[::1]:1", true],
    ["[0:0:0:0:0:0:0:1]:1", true],
    ["[0000:0000:0000:0000:0000:0000:0000:0001]:1", true],
    ["[::ffff:127.0.0.1]:1", true],
    ["[::FFFF:127.8.0.1]:1", true],
    ["[::ffff:7f00:1]:1", true],
    ["[0:0:0:0:0:ffff:7f00:0001]:1", true],
    ["0.0.0.0:1", false],
    ["[::]:1", false],
    ["[::ffff:127.1.2.3]:1", true],
    ["[::1%lo]:1", true],
    ["[fe80::1%lo]:1", false],
    ["[::ffff:10.0.0.1]:1", false],
    ["[1::ffff:7f00:1]:1", false],
    ["[::ffff:7f00:1:2]:1", false],
    ["[::2]:1", false],
    ["10.0.0.1:1", false],
    ["127.example.org:1", false],
    ["localhost.example.org:1", false],
  ])("%s belongs to this machine only: %s", (text, expected) => {
    expect(isLoopback(addressOf(text))).toBe(expected);
  });

  it.each([
    ["127.0.0.1:1", "127.0.0.1:1", true],
    ["DB.example.org:1", "db.Example.org.:1", true],
    ["[::1]:1", "[0:0:0:0:0:0:0:1]:1", true],
    ["[2001:DB8::1]:1", "[2001:db8:0:0::1]:1", true],
    ["127.0.0.1:1", "[::ffff:127.0.0.1]:1", true],
    ["127.0.0.1:1", "[::ffff:7f00:1]:1", true],
    ["localhost:1", "127.0.0.1:1", true],
    ["[::1]:1", "LOCALHOST:1", true],
    ["localhost:1", "10.0.0.1:1", false],
    ["127.0.0.1:1", "127.0.0.1:2", false],
    ["127.0.0.1:1", "127.0.0.2:1", false],
    ["127.0.0.1:1", "[::1]:1", false],
    ["a.example.org:1", "b.example.org:1", false],
    ["[fe80::1%eth0]:1", "[fe80::1%eth1]:1", false],
  ])("%s and %s are the same: %s", (one, other, expected) => {
    expect(isSameAddress(addressOf(one), addressOf(other))).toBe(expected);
    expect(isSameAddress(addressOf(other), addressOf(one))).toBe(expected);
  });

  it.each([
    ["0.0.0.0:1", true],
    ["[::]:1", true],
    ["[0:0:0:0:0:0:0:0]:1", true],
    ["[::ffff:0.0.0.0]:1", true],
    ["10.0.0.0:1", false],
  ])("%s stands for all interfaces: %s", (text, expected) => {
    expect(isWildcard(addressOf(text))).toBe(expected);
  });
});

describe("the members' addresses", () => {
  const parse = (members: unknown) => parseMembers("tcpTransport", members);

  it("are given as an object, or as id=host:port each", () => {
    const members = new Map([
      ["a", { host: "127.0.0.1", port: 1 }],
      ["b=c", { host: "::1", port: 2 }],
    ]);
    expect(parse({ a: "127.0.0.1:1", "b=c": "[::1]:2" })).toEqual(members);
    expect(parse(["a=127.0.0.1:1", "b=c=[::1]:2"])).toEqual(members);
    expect(parse(Object.assign(Object.create(null), { a: "127.0.0.1:1", "b=c": "[::1]:2" }))).toEqual(members);
  });

  it.each<[unknown, string]>([
    [undefined, 'tcpTransport needs the option members: an object { id: "host:port" }, or a list of "id=host:port"'],
    [null, 'option members must be an object { id: "host:port" }, or a list of "id=host:port", but it is null'],
    ["a=h:1", 'but it is "a=h:1"'],
    [7, "but it is 7"],
    [new Map([["a", "h:1"]]), "but it is an object"],
    [new (class Members {})(), "but it is an object"],
    [
      {},
      'option members must be an object { id: "host:port" }, or a list of "id=host:port", with at least one member, but it is an object',
    ],
    [[], "with at least one member, but it is []"],
    [["a"], 'option members[0] must be "id=host:port", but it is "a"'],
    [["a=h:1", 5], 'option members[1] must be "id=host:port", but it is 5'],
    // biome-ignore lint/suspicious/noSparseArray: that is the point
    [[, "a=h:1"], 'option members[0] must be "id=host:port", but it is undefined'],
    [["=host:1"], 'has the invalid id ""'],
    [{ " b": "h:1" }, 'has the invalid id " b"'],
    [["a=h:1", " b=h:2"], 'has the invalid id " b"'],
    [{ "b\n": "h:1" }, 'has the invalid id "b\\n"'],
    [["a=host:1", "a=host:2"], 'contains the member "a" twice'],
    [["a=host"], 'option members[0] must be host:port, or [IPv6]:port, with a port from 1 to 65535, but it is "host"'],
    [
      { a: "host:0" },
      'option members.a must be host:port, or [IPv6]:port, with a port from 1 to 65535, but it is "host:0"',
    ],
    [{ a: 7001 }, "option members.a must be host:port, or [IPv6]:port, with a port from 1 to 65535, but it is 7001"],
    [{ a: { host: "h", port: 1 } }, "but it is an object"],
    [{ a: undefined }, "but it is undefined"],
    [{ a: ["h:1"] }, "option members.a must be host:port"],
    [{ a: "0.0.0.0:7001" }, "option members.a is 0.0.0.0:7001, to which no other machine can connect"],
    [{ a: "h:1", b: "H.:1" }, 'has the same address for "a" (h:1) and "b" (H.:1); give each member its own address'],
    [["a=127.0.0.1:1", "b=[::ffff:7f00:1]:1"], "has the same address for"],
  ])("are refused: %j", (members, problem) => {
    expect(() => parse(members)).toThrow(InvalidOptions);
    expect(() => parse(members)).toThrow(problem);
  });
});
