import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { MemoryNetwork } from "../../src/adapters/memory-network/memory-network.js";
import { createNode, JournalUnavailable } from "../../src/library/index.js";

it("rejects broadcasts, including pending ones, once the folder of its journal is deleted", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-lost-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const network = new MemoryNetwork(new FakeClock(), () => 1);
  const lines: string[] = [];
  const node = await createNode<number>({
    id: "a",
    members: ["a"],
    transport: network.attach("a"),
    journal: folder,
    log: { line: (text) => lines.push(text) },
  });
  await node.broadcast(1);
  const deliveries: number[] = [];
  node.on("delivery", ({ value }) => deliveries.push(value));
  rmSync(folder, { recursive: true });
  const rejection = {
    code: "TIDECAST_JOURNAL_UNAVAILABLE",
    message: expect.stringMatching(/ is lost: .*create the node again$/),
  };
  const underWay = [node.broadcast(2), node.broadcast(3, { ack: 1 })];
  for (const broadcast of underWay) await expect(broadcast).rejects.toMatchObject(rejection);
  await expect(node.broadcast(4)).rejects.toMatchObject(rejection);
  await expect(node.broadcast(4)).rejects.toBeInstanceOf(JournalUnavailable);
  expect(lines).toEqual([expect.stringMatching(/^the journal in .* is lost: /)]);
  expect([node.values(), deliveries]).toEqual([[1], []]);
  await node.close();
  expect(lines).toHaveLength(1);
});
