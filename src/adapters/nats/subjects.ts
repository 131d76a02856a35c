import { InvalidOptions, wrongOption } from "../../application/options/invalid-options.js";
import type { MemberId } from "../../domain/ports/transport.js";

/** The most characters of a member's id once it is encoded: a protocol line of NATS has 4096 bytes at most. */
const LONGEST_TOKEN = 1024;
/** What a prefix looks like, to be read after "must be". */
export const PREFIX_WORDS = `letters, digits, - and _, in one or more names joined by dots, at most ${LONGEST_TOKEN} characters`;
const PREFIX = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/**
 * The subjects of one cluster. Sender and receiver both stand in the subject, so that the server's permissions can see to it
 * that nobody speaks in another's name: let the user of node `a` publish to `PREFIX.node.*.a` and `PREFIX.members.a`, and
 * subscribe to `PREFIX.node.a.*` and `PREFIX.members.*`.
 */
export class Subjects {
  /**
   * @param prefix what all subjects of the cluster begin with, one or more names joined by dots
   * @throws {InvalidOptions} if that is no beginning of a subject
   */
  constructor(private readonly prefix: string) {
    if (!isPrefix(prefix)) throw wrongOption("natsTransport", "prefix", PREFIX_WORDS, prefix);
  }

  /** Where `to` hears from `from`. */
  message(to: MemberId, from: MemberId): string {
    return `${this.prefix}.node.${encodeToken(to)}.${encodeToken(from)}`;
  }

  /** Everything that is sent to a member: what it subscribes to. */
  inbox(to: MemberId): string {
    return `${this.prefix}.node.${encodeToken(to)}.*`;
  }

  /** Where a member says that it is there. */
  heartbeat(from: MemberId): string {
    return `${this.prefix}.members.${encodeToken(from)}`;
  }

  /** Where all members say that they are there. */
  heartbeats(): string {
    return `${this.prefix}.members.*`;
  }
}

/** The member that a subject of `message` or `heartbeat` names as its sender; `undefined` if it is none of ours. */
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

/** @throws {InvalidOptions} if no member can have the id */
function encodeToken(id: MemberId): string {
  let token: string;
  try {
    token = encodeURIComponent(id).replace(/[.*!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  } catch {
    throw new InvalidOptions(`${JSON.stringify(id)} is no id of a member: it is not well-formed text`);
  }
  if (token === "") throw new InvalidOptions("the id of a member must not be empty");
  if (token.length > LONGEST_TOKEN)
    throw new InvalidOptions(
      `the id ${id.slice(0, 32)}… is too long for a NATS subject: ${token.length} characters encoded`,
    );
  return token;
}
