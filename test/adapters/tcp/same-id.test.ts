import { describe, expect, it } from "vitest";
import { createAuthority, issue } from "../../support/certificates.js";
import { addresses, openNode, settle, type TestNode, until } from "./support.js";

const place = String.raw`127\.0\.0\.1:\d+ \(listening on "127\.0\.0\.1:\d+"\)`;
const quotedPlace = String.raw`"127\.0\.0\.1:\d+ \(listening on \\"127\.0\.0\.1:\d+\\"\)"`;

/** A node `a`, and two processes that say that they are `b`, which both send to it. */
async function twoOfOneId(withTls: boolean) {
  const members = await addresses();
  const authority = withTls ? await createAuthority() : undefined;
  const tls = async (id: string) => (authority ? { tls: await issue(authority, id) } : {});
  const a = await openNode({ id: "a", members, ...(await tls("a")) });
  const first = await openNode({ id: "b", members, ...(await tls("b")) });
  first.transport.send("a", { from: "the first" });
  await until(() => a.received.length === 1, "the first message");
  const second = await openNode({ id: "b", members, listen: "127.0.0.1:0", ...(await tls("b")) });
  return { a, first, second };
}

const saysSo = ({ log }: TestNode) => log.lines.filter((line) => line.includes("another process uses the id b"));

describe("two live processes with the same id", () => {
  it.each([false, true])("are reported by their peer and by both, with their addresses (TLS: %s)", async (withTls) => {
    const { a, first, second } = await twoOfOneId(withTls);
    second.transport.send("a", { from: "the second" });
    await until(() => saysSo(first).length > 0 && saysSo(second).length > 0, "both to be told");
    expect(a.log.lines).toHaveLength(1);
    expect(a.log.lines[0]).toMatch(
      new RegExp(
        `^two processes use the id b: one at ${place}, one at ${place}; every member needs its own id, so stop one of them$`,
      ),
    );
    const ports = (line: string) => new Set(line.match(/:\d+/g));
    for (const node of [first, second]) {
      const [line = ""] = saysSo(node);
      expect(line).toMatch(
        new RegExp(`^another process uses the id b: a sees it at ${quotedPlace}, and this process at ${quotedPlace}; `),
      );
      expect(ports(line)).toEqual(ports(a.log.lines[0] as string));
      expect(line).toContain(`and this process at "127.0.0.1:`);
      expect(line.split("and this process at")[1]).toContain(node.transport.address);
    }
  });

  it("are reported at intervals, however often they replace each other", async () => {
    const start = performance.now();
    const { a, first, second } = await twoOfOneId(false);
    for (let turn = 0; turn < 50; turn++) {
      for (const node of [first, second]) node.transport.send("a", { turn });
      await settle();
    }
    expect(a.received.length).toBeGreaterThan(2);
    const intervals = Math.floor((performance.now() - start) / 10_000);
    const told = a.log.lines.filter((line) => line.startsWith("two processes")).length;
    expect(told).toBeLessThanOrEqual(2 + intervals);
  });

  it("are not suspected if a member has crashed, or closed, and started again", async () => {
    const members = await addresses();
    const a = await openNode({ id: "a", members });
    for (const end of ["destroy", "close", "destroy", "close"] as const) {
      const b = await openNode({ id: "b", members });
      const before = a.received.length;
      b.transport.send("a", {});
      await until(() => a.received.length > before, "a message");
      const next = await openNode({ id: "b", members, listen: "127.0.0.1:0" });
      const closed = b.transport[end]();
      next.transport.send("a", {});
      await until(() => a.received.length > before + 1, "a message of the next life");
      await closed;
      await next.transport.close();
    }
    await settle();
    expect(a.log.lines.filter((line) => line.includes("two processes"))).toEqual([]);
  });
});
