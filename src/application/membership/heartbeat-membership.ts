import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import type { AnnouncementChannel, Membership, MembersListener } from "../../domain/ports/membership.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { Roster } from "../../domain/roster.js";
import { type Announcement, parseAnnouncement } from "../wire/announcements.js";

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
}

/** How long a newcomer listens before it joins, in heartbeats: one of everyone comes in that time. */
const LISTENING = 1.5;

/**
 * Members that come and go: each says now and then that it is there, and since when. Needs nothing of a broker but that
 * what one says reaches all, mostly.
 */
export class HeartbeatMembership implements Membership {
  private readonly roster: Roster;
  private known: readonly MemberId[] = [];
  private onChange: MembersListener = () => {};
  /** When this node joined; until then it only listens. */
  private joined: number | undefined;
  /** Has this node's last heartbeat come back? If not, it is deaf, and silence says nothing of others. */
  private hearsItself = false;
  private cancel: CancelTask | undefined;
  private hasLeft = false;

  /** @throws {RangeError} if the timeout is not at least two intervals, or the interval no positive time */
  constructor(
    private readonly self: MemberId,
    private readonly ports: HeartbeatPorts,
    private readonly pace: HeartbeatPace,
  ) {
    if (!(pace.interval > 0 && pace.timeout >= 2 * pace.interval))
      throw new RangeError(
        `a timeout of ${pace.timeout} ms does not fit heartbeats every ${pace.interval} ms: one may get lost, so allow for two or more`,
      );
    this.roster = new Roster(Math.floor(pace.timeout / pace.interval));
  }

  join(onChange: MembersListener): Promise<readonly MemberId[]> {
    const { channel, clock } = this.ports;
    channel.onAnnouncement((from, body) => this.receive(from, body));
    this.tell({ type: "hello" });
    return new Promise((resolve) => {
      this.cancel = clock.schedule(LISTENING * this.pace.interval, () => {
        this.joined = Math.max(Math.floor(this.ports.timeOfDay()), this.roster.latest + 1);
        this.roster.heard(this.self, this.joined);
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
      this.roster.tick();
      this.roster.heard(this.self, this.joined);
      this.update();
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
    if (announcement.type !== "here" || this.joined === undefined) return;
    if (announcement.joined === this.joined) this.hearsItself = true;
    else this.ports.log.line(`another process says that it is ${this.self}: every member needs an id of its own`);
  }

  private receiveOfOther(from: MemberId, announcement: Announcement): void {
    if (announcement.type === "here") this.roster.heard(from, announcement.joined);
    else if (announcement.type === "goodbye") this.roster.left(from, announcement.joined);
    else if (this.joined !== undefined) this.tell({ type: "here", joined: this.joined });
    this.update();
  }

  private update(): void {
    if (this.joined === undefined) return;
    const members = this.roster.members();
    if (members.length === this.known.length && members.every((member, index) => member === this.known[index])) return;
    const gone = this.known.filter((member) => !members.includes(member));
    const come = members.filter((member) => !this.known.includes(member));
    this.known = members;
    if (come.length > 0) this.ports.log.line(`joined: ${come.join(", ")}; members now: ${members.length}`);
    if (gone.length > 0) this.ports.log.line(`left: ${gone.join(", ")}; members now: ${members.length}`);
    this.onChange(members);
  }

  private tell(announcement: Announcement): void {
    this.ports.channel.announce(announcement);
  }
}
