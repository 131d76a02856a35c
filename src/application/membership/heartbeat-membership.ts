import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import type { AnnouncementChannel, Membership, MembersListener } from "../../domain/ports/membership.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { MembershipTable } from "../../domain/tree/membership-table.js";
import { guardedLog } from "../options/guarded-log.js";
import { InvalidOptions } from "../options/invalid-options.js";

import { type Announcement, parseAnnouncement } from "../wire/announcements.js";
import { excerpt } from "../wire/excerpt.js";

/** How members notice one another. All in ms. */
export interface HeartbeatPace {
  /** How often a member says that it is there. A newcomer listens for one and a half of these before it joins. */
  readonly interval: number;
  /** After this much silence a member is gone. */
  readonly timeout: number;
}

/** What a heartbeat membership works with. */
export interface HeartbeatPorts {
  readonly channel: AnnouncementChannel;
  readonly clock: Clock;
  /** The time of day in ms since 1970. Members' clocks may differ: who joins always takes a later time than those who are there. */
  readonly timeOfDay: () => number;
  readonly log: Log;
  /** What identifies this process for people, such as its number and its machine: told where another one has the same id. */
  readonly process?: () => string;
}

/** How long a newcomer listens before it joins, in heartbeats: one of everyone comes in that time. */
const LISTENING = 1.5;

/** Another process with this node's id. */
interface Rival {
  /** When it joined, as it says itself. */
  readonly joined: number;
  /** When it was last heard of, by this node's clock, in ms. */
  readonly heardAt: number;
}

/** A rival that is not heard of for so many heartbeats is gone: this node takes its place before others miss it. */
const RIVAL_PATIENCE = 2.5;

/**
 * Members that come and go: each says now and then that it is there, and since when. Needs nothing of a broker but that
 * what one says reaches all, mostly.
 */
export class HeartbeatMembership implements Membership {
  private readonly ports: HeartbeatPorts;
  private readonly roster: MembershipTable;
  private known: readonly MemberId[] = [];
  private onChange: MembersListener = () => {};
  /** When this node joined; until then it only listens. */
  private joined: number | undefined;
  /** When that was by this node's clock, in ms. */
  private joinedAt = 0;
  /** The process with this node's id that the others go by, since it joined later. */
  private rival: Rival | undefined;
  /** The joining time of the last such process that the operator was told of. */
  private reported: number | undefined;
  /** Has this node's last heartbeat come back? If not, it is deaf, and silence says nothing of others. */
  private hearsItself = false;
  private cancel: CancelTask | undefined;
  private hasLeft = false;

  /** @throws {InvalidOptions} if the timeout is not at least two intervals, or the interval no positive time */
  constructor(
    private readonly self: MemberId,
    ports: HeartbeatPorts,
    private readonly pace: HeartbeatPace,
  ) {
    this.ports = { ...ports, log: guardedLog(ports.log) };
    const { interval, timeout } = pace;
    if (!(Number.isFinite(interval) && Number.isFinite(timeout) && interval > 0 && timeout >= 2 * interval))
      throw new InvalidOptions(
        `a timeout of ${pace.timeout} ms does not fit heartbeats every ${pace.interval} ms: one may get lost, so allow for two or more`,
      );
    this.roster = new MembershipTable(Math.floor(pace.timeout / pace.interval));
  }

  join(onChange: MembersListener): Promise<readonly MemberId[]> {
    const { channel, clock } = this.ports;
    channel.onAnnouncement((from, body) => this.receive(from, body));
    this.tell({ type: "hello" });
    return new Promise((resolve) => {
      this.cancel = clock.schedule(LISTENING * this.pace.interval, () => {
        this.joinedAt = clock.now();
        this.takePlace();
        this.known = this.roster.members();
        this.onChange = onChange;
        this.beat();
        resolve(this.known);
      });
    });
  }

  async leave(): Promise<void> {
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.cancel?.();
    this.onChange = () => {};
    if (this.joined !== undefined) this.tell({ type: "goodbye", joined: this.joined });
    await this.ports.channel.close();
  }

  /** Says that this node is there, and looks who else is. */
  private beat(): void {
    if (this.joined === undefined) return;
    if (this.hearsItself) {
      const patience = RIVAL_PATIENCE * this.pace.interval;
      if (this.rival !== undefined && this.ports.clock.now() - this.rival.heardAt > patience) this.takePlace();
      const silent = this.roster.tick();
      this.roster.heartbeatReceived(this.self, this.joined);
      this.update(silent);
    }
    this.hearsItself = false;
    this.tell({ type: "here", joined: this.joined });
    this.cancel = this.ports.clock.schedule(this.pace.interval, () => this.beat());
  }

  private receive(from: MemberId, body: unknown): void {
    if (this.hasLeft) return;
    const announcement = parseAnnouncement(body);
    if (typeof announcement === "string")
      this.ports.log.line(`dropped a malformed announcement of ${from}: ${announcement}`);
    else if (from === this.self) this.receiveOwn(announcement);
    else this.receiveOfOther(from, announcement);
  }

  private receiveOwn(announcement: Announcement): void {
    if (announcement.type === "hello" || this.joined === undefined) return;
    const { type, joined } = announcement;
    if (joined === this.joined) this.hearsItself = true;
    else if (type === "here") this.rivalHeard(joined, announcement.process);
    else if (joined > this.joined) {
      // The others have seen this member leave.
      this.roster.hasHeardOf(joined);
      this.takePlace();
      this.update();
      this.tell({ type: "here", joined: this.joined });
    }
  }

  /** Another process with this node's id is there, or was a moment ago. */
  private rivalHeard(joined: number, process: string | undefined): void {
    if (this.joined === undefined) return;
    const now = this.ports.clock.now();
    if (joined > this.joined) {
      // The others go by the later one: where this member stands is the same for all.
      this.rival = { joined, heardAt: now };
      this.roster.heartbeatReceived(this.self, joined);
      this.update();
    }
    // Soon after this node has joined it may be a late word of an earlier life.
    if (joined === this.reported || now - this.joinedAt < this.pace.interval) return;
    this.reported = joined;
    const own = this.ports.process?.();
    const both =
      process === undefined || own === undefined ? "" : ` ${excerpt(process)}, and this one is ${excerpt(own)};`;
    this.ports.log.line(
      `another process says that it is ${this.self}:${both} every member needs an id of its own, so stop one of them`,
    );
  }

  /** Joins as the latest of all, whatever others with this id were there before. */
  private takePlace(): void {
    this.joined = Math.max(Math.floor(this.ports.timeOfDay()), this.roster.latest + 1);
    this.rival = undefined;
    this.roster.heartbeatReceived(this.self, this.joined);
  }

  private receiveOfOther(from: MemberId, announcement: Announcement): void {
    if (announcement.type === "here") {
      this.roster.heartbeatReceived(from, announcement.joined);
      if (announcement.latest !== undefined) this.roster.hasHeardOf(announcement.latest);
    } else if (announcement.type === "goodbye") this.roster.goodbyeReceived(from, announcement.joined);
    // A newcomer that was here before takes a later joining time, whatever its clock says now.
    else if (this.joined !== undefined) this.tell({ type: "here", joined: this.joined, latest: this.roster.latest });
    this.update();
  }

  /** @param silent the members that are gone without a goodbye */
  private update(silent: readonly MemberId[] = []): void {
    if (this.joined === undefined) return;
    const members = this.roster.members();
    if (members.length === this.known.length && members.every((member, index) => member === this.known[index])) return;
    const gone = this.known.filter((member) => !members.includes(member));
    const come = members.filter((member) => !this.known.includes(member));
    this.known = members;
    if (come.length > 0) this.ports.log.line(`joined: ${come.join(", ")}; members now: ${members.length}`);
    for (const [how, who] of [
      ["left", gone.filter((member) => !silent.includes(member))],
      [`silent for more than ${this.pace.timeout} ms`, gone.filter((member) => silent.includes(member))],
    ] as const)
      if (who.length > 0) this.ports.log.line(`${how}: ${who.join(", ")}; members now: ${members.length}`);
    this.onChange(members);
  }

  private tell(announcement: Announcement): void {
    const process = this.ports.process?.();
    const names = announcement.type === "here" && process !== undefined;
    this.ports.channel.announce(names ? { ...announcement, process } : announcement);
  }
}
