import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import type { AnnouncementChannel, Membership, MembersListener } from "../../domain/ports/membership.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { MembershipTable } from "../../domain/tree/membership-table.js";
import { announcementInvalid, idInUse, memberJoined, memberLeft, memberLost } from "../log-events.js";
import { guardedLog, type LogOption } from "../options/guarded-log.js";
import { InvalidOptions } from "../options/invalid-options.js";
import { type Announcement, parseAnnouncement } from "../wire/announcements.js";

/** Timing of heartbeats. All in ms. */
export interface HeartbeatPace {
  /** Interval between a member's heartbeats. A new member listens for 1.5 intervals before it joins. */
  readonly interval: number;
  /** Silence after which a member counts as gone. */
  readonly timeout: number;
}

/** Dependencies of a heartbeat membership. */
export interface HeartbeatPorts {
  readonly channel: AnnouncementChannel;
  readonly clock: Clock;
  /** The time of day in ms since 1970. Members' clocks may differ: a new member always takes a later time than the present ones. */
  readonly timeOfDay: () => number;
  readonly log: LogOption;
  /** Identifies this process in log lines, such as by its number and its machine; used if another process has the same id. */
  readonly process?: () => string;
}

/** Time that a new member listens before it joins, in heartbeats: every member sends one in that time. */
const LISTENING = 1.5;

/** Another process with this node's id. */
interface Rival {
  /** Its joining time, according to its heartbeats. */
  readonly joined: number;
  /** Time of its last heartbeat, by this node's clock, in ms. */
  readonly heardAt: number;
}

/** A rival that is silent for this many heartbeats is gone: this node takes its place before others miss it. */
const RIVAL_PATIENCE = 2.5;

/**
 * Members that come and go. Each announces itself periodically, with its joining time. The broker only needs to carry most
 * announcements to all members.
 */
export class HeartbeatMembership implements Membership {
  private readonly log: Log;
  private readonly roster: MembershipTable;
  private known: readonly MemberId[] = [];
  private onChange: MembersListener = () => {};
  /** Joining time of this node; until then it only listens. */
  private joined: number | undefined;
  /** The same by this node's clock, in ms. */
  private joinedAt = 0;
  /** The process with this node's id that the others follow, since it joined later. */
  private rival: Rival | undefined;
  /** Joining time of the last such process that was logged. */
  private reported: number | undefined;
  /** Whether this node's last heartbeat has come back. If not, it is deaf, and silence says nothing about others. */
  private hearsItself = false;
  private cancel: CancelTask | undefined;
  private hasLeft = false;

  /** @throws {InvalidOptions} if the timeout is less than two intervals, or the interval is not positive */
  constructor(
    private readonly self: MemberId,
    private readonly ports: HeartbeatPorts,
    private readonly pace: HeartbeatPace,
  ) {
    this.log = guardedLog(ports.log, ports.timeOfDay);
    const { interval, timeout } = pace;
    if (!(Number.isFinite(interval) && Number.isFinite(timeout) && interval > 0 && timeout >= 2 * interval))
      throw new InvalidOptions(
        `a timeout of ${pace.timeout} ms is too short for heartbeats every ${pace.interval} ms: one may get lost, so use at least ${2 * pace.interval} ms`,
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

  /** Announces this node, and asks for the others. */
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
    if (typeof announcement === "string") this.log.event(announcementInvalid({ member: from, reason: announcement }));
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
      // The others follow the later one, so that all agree on this member's place.
      this.rival = { joined, heardAt: now };
      this.roster.heartbeatReceived(this.self, joined);
      this.update();
    }
    // Soon after this node has joined it may be a late heartbeat of an earlier life.
    if (joined === this.reported || now - this.joinedAt < this.pace.interval) return;
    this.reported = joined;
    const ownProcess = this.ports.process?.();
    this.log.event(
      idInUse({
        id: this.self,
        ...(process !== undefined && { process }),
        ...(ownProcess !== undefined && { ownProcess }),
      }),
    );
  }

  /** Joins after all others, whatever processes with this id were there before. */
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
    // A new member that was here before takes a later joining time, whatever its clock says now.
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
    const left = gone.filter((member) => !silent.includes(member));
    const lost = gone.filter((member) => silent.includes(member));
    const size = members.length;
    if (come.length > 0) this.log.event(memberJoined({ members: come, size }));
    if (left.length > 0) this.log.event(memberLeft({ members: left, size }));
    if (lost.length > 0) this.log.event(memberLost({ members: lost, silence: this.pace.timeout, size }));
    this.onChange(members);
  }

  private tell(announcement: Announcement): void {
    const process = this.ports.process?.();
    const names = announcement.type === "here" && process !== undefined;
    this.ports.channel.announce(names ? { ...announcement, process } : announcement);
  }
}
