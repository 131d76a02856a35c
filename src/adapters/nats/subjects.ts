import { InvalidOptions, wrongOption } from "../../application/options/invalid-options.js";
import type { MemberId } from "../../domain/ports/transport.js";

/** The most characters of a member's encoded id: a protocol line of NATS has at most 4096 bytes. */
const LONGEST_TOKEN = 1024;
/** Description of a prefix, as the end of "must be …". */
export const PREFIX_WORDS = `one or more names joined by dots, each of letters, digits, - and _, with at most ${LONGEST_TOKEN} characters`;
const PREFIX = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/**
 * The subjects of one cluster. The subject contains sender and receiver, so the server's permissions can prevent members from
 * posing as others: let the user of node `a` publish to `PREFIX.node.*.a` and `PREFIX.members.a`, and subscribe to
 * `PREFIX.node.a.*` and `PREFIX.members.*`.
 */
export class Subjects {
  /**
   * @param prefix beginning of all subjects of the cluster, one or more names joined by dots
   * @throws {InvalidOptions} if the prefix is invalid
   */
  constructor(private readonly prefix: string) {
    if (!isPrefix(prefix)) throw wrongOption("natsTransport", "prefix", PREFIX_WORDS, prefix);
  }

  /** Subject of messages from `from` to `to`. */
  message(to: MemberId, from: MemberId): string {
    return `${this.prefix}.node.${encodeToken(to)}.${encodeToken(from)}`;
  }

  /** All messages to a member: its subscription. */
  inbox(to: MemberId): string {
    return `${this.prefix}.node.${encodeToken(to)}.*`;
  }

  /** Subject on which a member announces itself. */
  heartbeat(from: MemberId): string {
    return `${this.prefix}.members.${encodeToken(from)}`;
  }

  /** Subject of all members' announcements. */
  heartbeats(): string {
    return `${this.prefix}.members.*`;
  }
}

/** The sender named by a subject of `message` or `heartbeat`; `undefined` if the subject is neither. */
export function senderOf(subject: string): MemberId | undefined {
  try {
    return decodeURIComponent(subject.slice(subject.lastIndexOf(".") + 1));
  } catch {
    return undefined;
  }
}

export function isPrefix(prefix: unknown): prefix is string {
  return typeof prefix === "string" && prefix.length <= LONGEST_TOKEN && PREFIX.test(prefix);
}

/** @throws {InvalidOptions} if the id is not valid for a member */
function encodeToken(id: MemberId): string {
  let token: string;
  try {
    token = encodeURIComponent(id).replace(/[.*!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  } catch {
    throw new InvalidOptions(`${JSON.stringify(id)} is not a valid member id: it contains half of a surrogate pair`);
  }
  if (token === "") throw new InvalidOptions('invalid member id "": it must not be empty');
  if (token.length > LONGEST_TOKEN)
    throw new InvalidOptions(
      `the member id ${id.slice(0, 32)}… is too long for a NATS subject: it has ${token.length} characters when encoded, and at most ${LONGEST_TOKEN} are allowed`,
    );
  return token;
}
