import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import type { Dialler } from "../../../src/adapters/tcp/dialler.js";
import { LinkTable } from "../../../src/adapters/tcp/link-table.js";
import { systemNames } from "../../../src/adapters/tcp/name-resolver.js";
import { RationedLog } from "../../../src/adapters/tcp/rationed-log.js";
import { TcpMemberChannel } from "../../../src/adapters/tcp/tcp-member-channel.js";
import { RecordingLog } from "../../application/recording-ports.js";

/** A channel for which node `b` answers at every address. */
function channel() {
  const log = new RecordingLog();
  const closing = new AbortController();
  const deps = {
    links: new LinkTable(() => {
      throw new Error("no link is needed");
    }, undefined),
    dialler: { identify: async () => "b" } as unknown as Dialler,
    names: systemNames,
    log: new RationedLog(log, new FakeClock()),
    mayConnect: () => undefined,
    maxMessageBytes: 5_000,
    send: () => {},
    listen: () => {},
    whenClosed: closing.signal,
  };
  return { channel: new TcpMemberChannel(deps, "a", "h:1"), log, closing };
}

describe("TcpMemberChannel", () => {
  it.each([false, true])("does not say who answers if the node has closed meanwhile: %s", async (isClosed) => {
    const { channel: asked, closing } = channel();
    const found: (string | undefined)[] = [];
    asked.identify("h:2", (member) => found.push(member));
    if (isClosed) closing.abort();
    await new Promise(setImmediate);
    expect(found).toEqual(isClosed ? [] : ["b"]);
  });

  it("remembers problems with up to a thousand addresses, so that its memory stays bounded", () => {
    const { channel: asked, log } = channel();
    const ask = (number: number) => asked.identify(`wrong${number}`, () => {});
    for (let number = 1; number <= 1_000; number++) ask(number);
    ask(1);
    expect(log.lines).toHaveLength(1_000);
    ask(1_001);
    ask(1);
    expect(log.lines).toHaveLength(1_002);
  });
});
