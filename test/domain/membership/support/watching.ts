import { expect } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { MemoryMemberChannels } from "../../../../src/adapters/memory-network/memory-member-channels.js";
import { MemberDirectory } from "../../../../src/domain/membership/member-directory.js";
import type { MemberMessage } from "../../../../src/domain/membership/member-message.js";
import type { MemberState } from "../../../../src/domain/membership/member-record.js";
import { PingWatch } from "../../../../src/domain/membership/ping-watch.js";
import { Ring } from "../../../../src/domain/membership/ring.js";

/** Pause between two pings of the successor, in ms. */
export const ROUND = 30_000;
/** How long a ping may take, in ms. */
export const PATIENCE = 3_000;
/** The number that the random source draws, unless a test sets it. */
export const DRAWN = 0.5;

/** The watch of `n0` in a cluster of `size` members; the test plays the others, and sees what is sent to them. */
export function watcher(size: number) {
  const clock = new FakeClock();
  const channels = new MemoryMemberChannels(clock, () => undefined);
  const ring = new Ring("n0");
  const directory = new MemberDirectory();
  const draws: number[] = [];
  const failed: [string, number][] = [];
  const lives = new Map<string, number>();
  const become = (id: string, state: MemberState) => {
    // Later states replace earlier ones.
    const life = (lives.get(id) ?? 0) + 1;
    lives.set(id, life);
    ring.remove(id);
    directory.merge({ id, address: `${id}:1`, joined: life, version: 0, state }, clock.now());
    if (directory.has(id)) ring.add(id);
  };
  const watch = new PingWatch({
    channel: channels.attach("n0"),
    clock,
    random: { next: () => draws.shift() ?? DRAWN },
    directory,
    ring,
    failed: (member, within) => failed.push([member, within]),
  });
  let sent: { to: string; at: number; body: Omit<MemberMessage, "type"> }[] = [];
  channels.onSend = (_, to, body) => {
    const { type, ...content } = body as MemberMessage;
    expect(type).toBe("members");
    sent.push({ to, at: clock.now(), body: content });
  };
  /** The messages since the last call. */
  const taken = () => {
    const before = sent;
    sent = [];
    return before;
  };
  for (let index = 0; index < size; index++) become(`n${index}`, "alive");
  const ahead = (steps: number) => ring.ahead(steps) as string;
  return { clock, directory, watch, become, draws, failed, taken, ahead };
}

/** A watch that has just begun its first round, which pinged the successor. */
export function started(size: number) {
  const found = watcher(size);
  found.watch.start();
  found.clock.advance(ROUND * DRAWN);
  const pings = found.taken();
  for (const { to } of pings) found.watch.heardFrom(to);
  found.failed.length = 0;
  return { ...found, successor: found.ahead(1) };
}
