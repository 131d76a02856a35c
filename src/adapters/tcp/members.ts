import { isMemberId, isPlainObject } from "../../application/options/fields.js";
import { InvalidOptions, quote, wrongOption } from "../../application/options/invalid-options.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { type Address, addressWords, isSameAddress, isWildcard, parseAddress, writeAddress } from "./address.js";
import { isSeed } from "./name-resolver.js";

/** Members and their addresses: `{ a: "host:port" }`, or a list of `a=host:port`. */
export type MemberAddresses = Readonly<Record<MemberId, string>> | readonly string[];

/** Description of a list of members, as the end of "must be …". */
const WORDS = 'an object { id: "host:port" }, or a list of "id=host:port"';

/** Description of a seed, as the end of "must be …". */
const SEED_WORDS = `${addressWords()}, or the name of a service, _service._tcp.domain`;

/**
 * Parses the members' addresses.
 * @param caller the function with this option `members`
 * @throws {InvalidOptions} with the member and what is allowed
 */
export function parseMembers(caller: string, members: unknown): Map<MemberId, Address> {
  const addresses = new Map<MemberId, Address>();
  for (const [path, id, text] of entriesOf(caller, members)) {
    if (!isMemberId(id))
      throw new InvalidOptions(
        `${caller}'s option members has the invalid id ${quote(id)}; an id has 1 to 200 characters, no white space at its ends, and no control characters`,
      );
    if (addresses.has(id))
      throw new InvalidOptions(
        `${caller}'s option members contains the member ${quote(id)} twice; list each member once`,
      );
    const address = typeof text === "string" ? parseAddress(text) : undefined;
    if (address === undefined) throw wrongOption(caller, path, addressWords(), text);
    if (isWildcard(address))
      throw new InvalidOptions(
        `${caller}'s option ${path} is ${writeAddress(address)}, to which no other machine can connect; give the member's own address, and set listen to ${writeAddress(address)} on that member`,
      );
    const double = [...addresses].find(([, other]) => isSameAddress(address, other));
    if (double !== undefined)
      throw new InvalidOptions(
        `${caller}'s option members has the same address for ${quote(double[0])} (${writeAddress(double[1])}) and ${quote(id)} (${writeAddress(address)}); give each member its own address`,
      );
    addresses.set(id, address);
  }
  if (addresses.size === 0) throw wrongOption(caller, "members", `${WORDS}, with at least one member`, members);
  return addresses;
}

/**
 * Validates the addresses of members to begin with.
 * @param option the name of the option
 * @throws {InvalidOptions} with the seed and what is allowed
 */
export function parseSeeds(caller: string, seeds: unknown, option = "join"): readonly string[] {
  if (!Array.isArray(seeds)) throw wrongOption(caller, option, `a list of addresses: ${SEED_WORDS}`, seeds);
  for (const [index, seed] of seeds.entries()) {
    if (typeof seed !== "string" || !isSeed(seed)) throw wrongOption(caller, `${option}[${index}]`, SEED_WORDS, seed);
    const address = parseAddress(seed);
    if (address !== undefined && isWildcard(address))
      throw new InvalidOptions(
        `${caller}'s option ${option}[${index}] is ${seed}, to which no other machine can connect; give the address of a member`,
      );
  }
  return [...new Set(seeds as readonly string[])];
}

/** Path of each member in the option, its id, and its unparsed address. */
function entriesOf(caller: string, members: unknown): (readonly [path: string, id: string, address: unknown])[] {
  if (members === undefined)
    throw new InvalidOptions(`${caller} needs the option members: ${WORDS}; or join, if members come and go`);
  if (Array.isArray(members)) return Array.from(members, (member, index) => splitMember(caller, index, member));
  if (!isPlainObject(members)) throw wrongOption(caller, "members", WORDS, members);
  return Object.entries(members).map(([id, address]) => [`members.${id}`, id, address] as const);
}

function splitMember(caller: string, index: number, member: unknown): readonly [string, string, string] {
  const path = `members[${index}]`;
  if (typeof member !== "string" || !member.includes("=")) throw wrongOption(caller, path, '"id=host:port"', member);
  // An id may contain `=`, an address cannot.
  const end = member.lastIndexOf("=");
  return [path, member.slice(0, end), member.slice(end + 1)];
}
