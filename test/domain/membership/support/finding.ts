import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { addressOf, MemoryMemberChannels } from "../../../../src/adapters/memory-network/memory-member-channels.js";
import { MemberDirectory } from "../../../../src/domain/membership/member-directory.js";
import { MemberFinder } from "../../../../src/domain/membership/member-finder.js";
import type { MemberState } from "../../../../src/domain/membership/member-record.js";
import { MemoryBook } from "../../../support/member-cluster.js";

/** Time that a message takes, in ms. */
export const LATENCY = 10;
/** The number that the random source draws: a pause between searches then has its middle length. */
const DRAWN = 0.5;

export interface FinderOptions {
  readonly seeds?: readonly string[];
  readonly book?: MemoryBook;
  readonly draw?: number;
}

/** The finder of `n0`. Nodes that a test attaches can be found, and all calls are recorded. */
export function finder({ seeds = [], book = new MemoryBook(), draw = DRAWN }: FinderOptions = {}) {
  const clock = new FakeClock();
  const channels = new MemoryMemberChannels(clock, () => LATENCY);
  const directory = new MemberDirectory();
  const asked: string[] = [];
  let tried: string[] = [];
  channels.onIdentify = (from, address) => from === "n0" && tried.push(address);
  const located: [string, string][] = [];
  const channel = channels.attach("n0");
  const found = new MemberFinder(
    {
      channel: {
        ...channel,
        locate: (member, address) => {
          located.push([member, address]);
        },
      },
      clock,
      random: { next: () => draw },
      directory,
      book,
      exchange: (member) => asked.push(member),
    },
    seeds,
  );
  /** A member is present, or gone, as far as this node knows. */
  const become = (id: string, state: MemberState = "alive", address = addressOf(id)) =>
    directory.merge({ id, address, joined: 1, version: 0, state }, clock.now());
  let joined = 0;
  const join = () => found.join(() => joined++);
  /** The addresses that were tried since the last call. */
  const taken = () => {
    const before = tried;
    tried = [];
    return before;
  };
  return { clock, channels, directory, finder: found, book, asked, located, become, join, joined: () => joined, taken };
}

/** Addresses at which no process listens. */
export const dead = (count: number) => Array.from({ length: count }, (_, index) => `dead${index}:1`);

/** A member of a cluster of so many members, which searches from now on. */
export function member(size: number, options: FinderOptions = {}) {
  const found = finder(options);
  for (let index = 0; index < size; index++) found.become(`n${index}`);
  found.join();
  found.finder.answered("n1", true);
  found.clock.advance(0);
  found.taken();
  found.finder.start();
  return found;
}
