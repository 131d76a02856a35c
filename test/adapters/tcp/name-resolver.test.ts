import { describe, expect, it } from "vitest";
import {
  addressesOf,
  addressesOfSeed,
  isSeed,
  type NameServer,
  systemNames,
} from "../../../src/adapters/tcp/name-resolver.js";

const SERVICE = "_peer._tcp.cluster.example";

/** Names with these answers; others are unknown. */
function namesOf(
  hosts: Record<string, readonly string[]>,
  services: Record<string, { readonly name: string; readonly port: number }[]> = {},
): NameServer {
  const answer = async <Result>(results: Record<string, Result>, name: string): Promise<Result> => {
    if (results[name] === undefined) throw new Error(`unknown: ${name}`);
    return results[name];
  };
  return { hosts: (name) => answer(hosts, name), services: (name) => answer(services, name) };
}

describe("the addresses of a host", () => {
  it("are all those of its name, each once, with its port", async () => {
    const names = namesOf({ "db.example": ["10.0.0.1", "::1", "10.0.0.1"] });
    expect(await addressesOf({ host: "db.example", port: 7 }, names)).toEqual([
      { host: "10.0.0.1", port: 7 },
      { host: "::1", port: 7 },
    ]);
    await expect(addressesOf({ host: "other.example", port: 7 }, names)).rejects.toThrow("unknown: other.example");
  });

  it.each(["127.0.0.1", "::1", "fe80::1%eth0"])("are not looked up if it has no name: %s", async (host) => {
    expect(await addressesOf({ host, port: 7 }, namesOf({}))).toEqual([{ host, port: 7 }]);
  });

  it("are found by the system", async () => {
    const found = await addressesOf({ host: "localhost", port: 7 }, systemNames);
    for (const { host, port } of found) expect([["127.0.0.1", "::1"].includes(host), port]).toEqual([true, 7]);
    expect(found.length).toBeGreaterThan(0);
  });
});

describe("the addresses of a seed", () => {
  it("are those of its host", async () => {
    const names = namesOf({ "db.example": ["10.0.0.1"] });
    expect(await addressesOfSeed("db.example:7", names)).toEqual([{ host: "10.0.0.1", port: 7 }]);
    expect(await addressesOfSeed("[::1]:7", names)).toEqual([{ host: "::1", port: 7 }]);
  });

  it("are those of all hosts of its service that are known", async () => {
    const hosts = [
      { name: "gone.example", port: 1 },
      { name: "a.example", port: 2 },
      { name: "10.0.0.9", port: 3 },
    ];
    const names = namesOf({ "a.example": ["10.0.0.1", "10.0.0.2"] }, { [SERVICE]: hosts, "_no._tcp.example": [] });
    expect(await addressesOfSeed(SERVICE, names)).toEqual([
      { host: "10.0.0.1", port: 2 },
      { host: "10.0.0.2", port: 2 },
      { host: "10.0.0.9", port: 3 },
    ]);
    expect(await addressesOfSeed("_no._tcp.example", names)).toEqual([]);
  });

  it("are none if the hosts of its service have none", async () => {
    const names = namesOf({ "a.example": [] }, { [SERVICE]: [{ name: "a.example", port: 1 }] });
    expect(await addressesOfSeed(SERVICE, names)).toEqual([]);
  });

  it("cannot be found if no host of its service is known, or if there is no such service", async () => {
    const names = namesOf({}, { [SERVICE]: [{ name: "gone.example", port: 1 }] });
    await expect(addressesOfSeed(SERVICE, names)).rejects.toThrow("unknown: gone.example");
    await expect(addressesOfSeed("_other._tcp.example", names)).rejects.toThrow("unknown: _other._tcp.example");
  });
});

it("the system's resolver looks up services, and refuses names that no service can have", async () => {
  // A label of a name has at most 63 characters, so this needs no DNS server.
  await expect(systemNames.services(`_${"x".repeat(64)}._tcp.example`)).rejects.toMatchObject({ code: "EBADNAME" });
});

it.each([
  ["h:1", true],
  [SERVICE, true],
  ["_a-b._TCP.x", true],
  ["_peer._tcp", false],
  ["peer._tcp.example", false],
  ["x_peer._tcp.example", false],
  ["_peer._tcp.example:1", true],
  ["_peer._tcp.example/x", false],
  ["_pe er._tcp.example", false],
  ["_peer.tcp.example", false],
  ["h", false],
])("%s is a seed: %s", (text, expected) => expect(isSeed(text)).toBe(expected));
