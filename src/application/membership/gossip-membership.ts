import { SWIM } from "../../domain/config.js";
import { MemberDirectory } from "../../domain/membership/member-directory.js";
import { MemberFinder } from "../../domain/membership/member-finder.js";
import type { MemberMessage } from "../../domain/membership/member-message.js";
import { isPresent, type MemberRecord, supersedes } from "../../domain/membership/member-record.js";
import { NewsSpreader } from "../../domain/membership/news-spreader.js";
import { PingWatch } from "../../domain/membership/ping-watch.js";
import { Ring } from "../../domain/membership/ring.js";
import { sendRecords } from "../../domain/membership/send-records.js";
import type { Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import type { AddressBook, MemberChannel } from "../../domain/ports/member-channel.js";
import type { MemberDetails, Membership, MembersListener } from "../../domain/ports/membership.js";
import type { Random } from "../../domain/ports/random.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { memberMessageInvalid } from "../log-events.js";
import { parseMemberMessage } from "../wire/member-messages.js";
import { MembershipLog } from "./membership-log.js";
import { Suspicions } from "./suspicions.js";

/** Dependencies of a gossip membership. */
export interface GossipMembershipPorts {
  readonly channel: MemberChannel;
  readonly clock: Clock;
  readonly random: Random;
  /** The time of day in ms since 1970. Members' clocks may differ: a new member always takes a later time than the present ones. */
  readonly timeOfDay: () => number;
  readonly log: Log;
  /** Remembers addresses for the next start. Default: nothing is remembered. */
  readonly book?: AddressBook;
}

const NO_BOOK: AddressBook = { load: () => [], save: () => {} };

/**
 * Members that come and go, and find one another by the address of any one of them. Each knows all others with their
 * addresses; news spread over the ring of members, and each member watches one other.
 */
export class GossipMembership implements Membership {
  private readonly directory = new MemberDirectory();
  private readonly ring: Ring;
  private readonly news: NewsSpreader;
  private readonly watch: PingWatch;
  private readonly finder: MemberFinder;
  private readonly suspicions: Suspicions;
  private readonly log: MembershipLog;
  /** This node's record in this life; until it joins there is none. */
  private own: MemberRecord | undefined;
  private onChange: MembersListener = () => {};
  private hasChanged = false;
  private changedAt = Number.NEGATIVE_INFINITY;
  private hasLeft = false;

  /** @param seeds addresses of members, as in `MemberChannel.resolve`; any one that is alive is enough */
  constructor(
    private readonly ports: GossipMembershipPorts,
    seeds: readonly string[],
  ) {
    const { channel, clock, random, book = NO_BOOK } = ports;
    const { directory } = this;
    this.ring = new Ring(channel.self);
    const deps = { channel, clock, random, directory, ring: this.ring };
    this.news = new NewsSpreader(deps);
    this.watch = new PingWatch({ ...deps, failed: (member, within) => this.suspect(member, within) });
    this.finder = new MemberFinder({ ...deps, book, exchange: (member) => this.exchange(member) }, seeds);
    this.suspicions = new Suspicions(clock, ({ within: _, ...suspect }) => this.found({ ...suspect, state: "lost" }));
    this.log = new MembershipLog(ports.log, channel.self);
  }

  join(onChange: MembersListener): Promise<readonly MemberId[]> {
    const { channel } = this.ports;
    channel.listen({
      received: (from, body) => this.receive(from, body),
      disconnected: (member) => this.watch.disconnected(member),
    });
    return new Promise((resolve) => {
      this.finder.join(() => {
        this.takePlace();
        this.hasChanged = false;
        this.onChange = onChange;
        this.watch.start();
        this.finder.start();
        resolve(this.members());
      });
    });
  }

  async leave(): Promise<void> {
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.onChange = () => {};
    if (this.own !== undefined) {
      this.news.spread({ ...this.own, state: "left" });
      const predecessor = this.ring.ahead(0);
      this.news.flush(predecessor === undefined ? [] : [predecessor]);
    }
    this.watch.close();
    this.finder.close();
    this.suspicions.close();
    this.news.close();
  }

  details(): readonly MemberDetails[] {
    return this.directory.present().map(({ id, address, joined, state }) => ({
      id,
      address,
      joined,
      isSuspect: state === "suspect",
    }));
  }

  private members(): readonly MemberId[] {
    return this.directory.present().map(({ id }) => id);
  }

  private receive(from: MemberId, body: unknown): void {
    if (this.hasLeft) return;
    const message = parseMemberMessage(body);
    if (typeof message === "string") {
      this.ports.log.event(memberMessageInvalid({ member: from, reason: message }));
      return;
    }
    this.watch.heardFrom(from);
    for (const record of message.records ?? []) this.learn(record, from);
    this.answer(from, message);
    if (message.last === true) this.finder.answered(from, message.joining !== true);
    this.update();
  }

  private answer(from: MemberId, message: MemberMessage): void {
    const { ping, ack, of, ask, want, hash } = message;
    const { channel } = this.ports;
    const { fingerprint } = this.directory;
    if (ping !== undefined) {
      // A member that counts as a suspect, or as lost, has to hear of it.
      const record = this.directory.get(from);
      const records = record === undefined || record.state === "alive" ? [] : [record];
      sendRecords(channel, from, records, { ack: ping, hash: fingerprint });
    }
    if (ask !== undefined) this.watch.asked(from, ask);
    if (ack !== undefined) this.watch.acknowledged(ack, of ?? from);
    if (ack !== undefined && hash !== undefined && hash !== fingerprint)
      if (this.isSettled) this.exchange(from);
      else this.watch.compareLater();
    if (want === true) this.sendAll(from, {});
  }

  /** Whether no news is under way, as far as this node knows. */
  private get isSettled(): boolean {
    return this.own !== undefined && this.ports.clock.now() - this.changedAt > SWIM.settleTime;
  }

  /** Sends all records to a node, and asks for its own. */
  private exchange(member: MemberId): void {
    this.sendAll(member, { want: true });
  }

  private sendAll(member: MemberId, { want }: { readonly want?: boolean }): void {
    const isMember = this.own !== undefined;
    sendRecords(this.ports.channel, member, isMember ? this.directory.records() : [], {
      ...(want === true ? { want } : { last: true }),
      ...(!isMember && { joining: true }),
    });
  }

  /** Another member has told this record. */
  private learn(record: MemberRecord, from: MemberId): void {
    if (record.id === this.ports.channel.self) {
      this.ownRecordReceived(record);
      return;
    }
    const known = this.directory.get(record.id);
    const isHearsay =
      record.state === "lost" && known !== undefined && isPresent(known) && record.joined === known.joined;
    if (!isHearsay) this.merge(record, from);
    // The two sides of a partition have lost each other's members. Those that are here refute it before it counts.
    else if (supersedes(record, known)) this.merge({ ...record, state: "suspect", within: SWIM.hearsay }, from);
  }

  /** Another member has told a record with this node's id. */
  private ownRecordReceived(record: MemberRecord): void {
    const { own } = this;
    if (own === undefined || record.joined < own.joined) {
      // An earlier life: this one joins later.
      this.directory.learnTime(record.joined);
      return;
    }
    const isOwnLife = record.joined === own.joined && record.address === own.address;
    if (isOwnLife && (record.state === "suspect" || record.state === "lost")) {
      if (record.version < own.version) return;
      this.own = { ...own, version: record.version + 1 };
      this.found(this.own);
    } else if (record.state !== "alive") {
      // The others miss this member, or have seen it leave: this process, an earlier life, or another process with its id.
      this.directory.learnTime(record.joined);
      this.takePlace();
    } else if (!isOwnLife && supersedes(record, own)) {
      this.log.rival(record);
      this.merge(record);
    }
  }

  /** The member does not answer. */
  private suspect(member: MemberId, within: number): void {
    const record = this.directory.get(member);
    if (record?.state === "alive") this.found({ ...record, state: "suspect", within });
  }

  /** This node has found out something itself. */
  private found(record: MemberRecord): void {
    this.merge(record);
    this.update();
  }

  /** Joins after all others. */
  private takePlace(): void {
    const { channel, timeOfDay } = this.ports;
    const joined = Math.max(Math.floor(timeOfDay()), this.directory.latest + 1);
    this.own = { id: channel.self, address: channel.address, joined, version: 0, state: "alive" };
    this.merge(this.own);
  }

  /** @param from the member that told it */
  private merge(record: MemberRecord, from?: MemberId): void {
    const { channel, clock } = this.ports;
    this.directory.expire(clock.now());
    const change = this.directory.merge(record, clock.now());
    if (change === undefined) return;
    const { before, after } = change;
    const [wasPresent, isNowPresent] = [before !== undefined && isPresent(before), isPresent(after)];
    if (isNowPresent !== wasPresent) this.ring[isNowPresent ? "add" : "remove"](after.id);
    if (after.id !== channel.self) {
      if (!isNowPresent) channel.forget(after.id);
      else if (!wasPresent || before?.address !== after.address) channel.locate(after.id, after.address);
    }
    this.suspicions.changed(after);
    this.log.changed(change);
    this.hasChanged = true;
    this.changedAt = clock.now();
    if (this.own !== undefined) this.news.spread(after, from);
  }

  /** Tells everyone what has changed. */
  private update(): void {
    if (!this.hasChanged || this.own === undefined || this.hasLeft) return;
    this.hasChanged = false;
    this.watch.membersChanged();
    this.finder.membersChanged();
    this.log.flush(this.directory.present().length);
    this.onChange(this.members());
  }
}
