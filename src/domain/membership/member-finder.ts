import { SWIM } from "../config.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { AddressBook, MemberChannel } from "../ports/member-channel.js";
import type { Random } from "../ports/random.js";
import type { MemberId } from "../ports/transport.js";
import type { MemberDirectory } from "./member-directory.js";

interface MemberFinderDeps {
  readonly channel: MemberChannel;
  readonly clock: Clock;
  readonly random: Random;
  readonly directory: MemberDirectory;
  readonly book: AddressBook;
  /** Asks a node that was found for its records, and sends it this node's. */
  readonly exchange: (member: MemberId) => void;
}

/** A first search, until the node has found its cluster or founds one. */
interface Joining {
  /** Addresses that have not been tried. */
  readonly queue: string[];
  /** Attempts under way, and the members that have been asked. */
  readonly attempts: Set<object>;
  readonly asked: Map<MemberId, () => void>;
  /** Whether there may be another node: a name without addresses, or an address that is not this node's own. */
  mayFindOthers: boolean;
  readonly done: () => void;
}

/**
 * Finds members by address: at the start, and from time to time, so that clusters that were founded apart, and the
 * sides of a partition, come together. It tries the seeds, the addresses of lost members, and those that this node
 * knew before it was restarted.
 */
export class MemberFinder {
  private remembered: readonly string[] = [];
  /** The member that has answered at an address. */
  private readonly answers = new Map<string, MemberId>();
  private joining: Joining | undefined;
  private cancelJoin: CancelTask[] = [];
  private cancelSearch: CancelTask | undefined;
  private cancelSave: CancelTask | undefined;
  private searches = 0;
  private wasAlone = false;
  private isClosed = false;
  private startedAt = 0;

  /** @param seeds as in `MemberChannel.resolve` */
  constructor(
    private readonly deps: MemberFinderDeps,
    private readonly seeds: readonly string[],
  ) {}

  /** Looks for a member of the cluster. @param done called once, when one has sent its records, or none was found */
  join(done: () => void): void {
    this.startedAt = this.deps.clock.now();
    this.remembered = [...new Set(this.deps.book.load())].slice(0, SWIM.mostGone);
    this.joining = { queue: [], attempts: new Set(), asked: new Map(), mayFindOthers: false, done };
    this.cancelJoin.push(this.deps.clock.schedule(SWIM.joinPatience, () => this.endJoin()));
    this.tryAll(this.joining);
  }

  /** A node has answered. @param isMember whether it is a member; otherwise it looks for the cluster as well */
  answered(member: MemberId, isMember: boolean): void {
    if (isMember) this.endJoin();
    else this.joining?.asked.get(member)?.();
  }

  /** Begins to search from time to time. */
  start(): void {
    this.wasAlone = this.isAlone;
    this.scheduleSearch();
    this.membersChanged();
  }

  /** Saves the addresses soon. A node that is alone now searches soon. */
  membersChanged(): void {
    if (this.isAlone && !this.wasAlone) {
      this.searches = 0;
      this.scheduleSearch();
    }
    this.wasAlone = this.isAlone;
    this.cancelSave ??= this.deps.clock.schedule(SWIM.savePause, () => {
      this.cancelSave = undefined;
      this.save();
    });
  }

  close(): void {
    this.isClosed = true;
    this.joining = undefined;
    for (const cancel of this.cancelJoin) cancel();
    this.cancelSearch?.();
    this.cancelSave?.();
    if (this.cancelSave !== undefined) this.save();
  }

  private get isAlone(): boolean {
    return this.deps.directory.present().length <= 1;
  }

  private save(): void {
    const { directory, channel, book } = this.deps;
    const here = [...directory.present(), ...directory.lost()].map(({ address }) => address);
    // One that left does not return to its address. Those of present and lost members are there already.
    const known = new Set(directory.records().map(({ address }) => address));
    const addresses = new Set([...here, ...this.remembered.filter((address) => !known.has(address))]);
    addresses.delete(channel.address);
    book.save([...addresses]);
  }

  private tryAll(joining: Joining): void {
    this.add(joining, this.remembered);
    for (const seed of this.seeds) {
      const attempt = {};
      joining.attempts.add(attempt);
      this.deps.channel.resolve(seed, (addresses) => {
        joining.attempts.delete(attempt);
        this.add(joining, addresses);
        if (addresses.length === 0) joining.mayFindOthers = true;
        this.tryNext(joining);
      });
    }
    this.tryNext(joining);
  }

  private add(joining: Joining, addresses: readonly string[]): void {
    for (const address of shuffled(addresses, this.deps.random))
      if (!this.isOwn(address) && !joining.queue.includes(address)) joining.queue.push(address);
  }

  private tryNext(joining: Joining): void {
    if (this.joining !== joining) return;
    while (joining.attempts.size < SWIM.attempts && joining.queue.length > 0) this.try(joining);
    if (joining.attempts.size > 0) return;
    if (!joining.mayFindOthers) {
      this.endJoin();
      return;
    }
    // The others may be about to start.
    joining.attempts.add(joining);
    this.cancelJoin.push(
      this.deps.clock.schedule(SWIM.joinPause, () => {
        joining.attempts.delete(joining);
        this.tryAll(joining);
      }),
    );
  }

  private try(joining: Joining): void {
    const address = joining.queue.shift() as string;
    const attempt = {};
    joining.attempts.add(attempt);
    const next = () => {
      joining.attempts.delete(attempt);
      this.tryNext(joining);
    };
    this.deps.channel.identify(address, (member) => {
      if (this.joining !== joining) return;
      if (member !== this.deps.channel.self) joining.mayFindOthers = true;
      if (member === undefined) {
        next();
        return;
      }
      this.note(address, member);
      if (member === this.deps.channel.self) {
        next();
        return;
      }
      const cancel = this.deps.clock.schedule(SWIM.answerTime, next);
      this.cancelJoin.push(cancel);
      joining.asked.set(member, () => {
        cancel();
        next();
      });
      this.deps.channel.locate(member, address);
      this.deps.exchange(member);
    });
  }

  private endJoin(): void {
    const { joining } = this;
    if (joining === undefined) return;
    this.joining = undefined;
    for (const cancel of this.cancelJoin.splice(0)) cancel();
    joining.done();
  }

  private scheduleSearch(): void {
    const { clock, random, directory } = this.deps;
    this.cancelSearch?.();
    const pause = this.isAlone
      ? Math.min(SWIM.longestSearch, SWIM.firstSearch * 2 ** this.searches)
      : Math.max(SWIM.longestSearch, SWIM.searchPerMember * directory.present().length);
    this.cancelSearch = clock.schedule(pause * (0.5 + random.next()), () => {
      this.searches++;
      this.search();
      this.scheduleSearch();
    });
  }

  /** Looks for members that this node does not know, or has lost. */
  private search(): void {
    if (this.deps.clock.now() - this.startedAt > SWIM.lostMemory) this.remembered = [];
    const found = [...this.deps.directory.lost().map(({ address }) => address), ...this.remembered];
    let outstanding = this.seeds.length;
    if (outstanding === 0) this.tryStrangers(found);
    for (const seed of this.seeds)
      this.deps.channel.resolve(seed, (addresses) => {
        found.push(...addresses);
        if (--outstanding === 0) this.tryStrangers(found);
      });
  }

  private tryStrangers(addresses: readonly string[]): void {
    if (this.isClosed) return;
    const { directory, channel, random, exchange } = this.deps;
    const known = new Set(directory.present().map(({ address }) => address));
    for (const [address, member] of this.answers) if (directory.has(member)) known.add(address);
    const strange = [...new Set(addresses)].filter((address) => !known.has(address) && !this.isOwn(address));
    for (const address of shuffled(strange, random).slice(0, this.isAlone ? SWIM.attempts : 1))
      channel.identify(address, (member) => {
        if (this.isClosed || member === undefined) return;
        this.note(address, member);
        // This node is a member as well.
        if (directory.has(member)) return;
        channel.locate(member, address);
        exchange(member);
      });
  }

  private note(address: string, member: MemberId): void {
    this.answers.delete(address);
    this.answers.set(address, member);
    for (const oldest of this.answers.keys()) {
      if (this.answers.size <= SWIM.mostGone) return;
      this.answers.delete(oldest);
    }
  }

  private isOwn(address: string): boolean {
    return address === this.deps.channel.address || this.answers.get(address) === this.deps.channel.self;
  }
}

function shuffled(items: readonly string[], random: Random): string[] {
  const order = [...items];
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(random.next() * (index + 1));
    [order[index], order[other]] = [order[other] as string, order[index] as string];
  }
  return order;
}
