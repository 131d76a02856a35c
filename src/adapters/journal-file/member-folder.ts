import { join } from "node:path";
import type { MemberId } from "../../domain/ports/transport.js";

/**
 * The folder of a member inside the data directory. Characters with a meaning for a file system are escaped as in URLs,
 * capital letters too, since some systems do not distinguish `N1` and `n1`. So two members never share a folder.
 */
export function memberFolder(dataDirectory: string, member: MemberId): string {
  const safe = [...Buffer.from(member)].map((byte, index) => {
    const character = String.fromCharCode(byte);
    const isSafe = /[a-z0-9_-]/.test(character) || (character === "." && index > 0);
    return isSafe ? character : `%${byte.toString(16).padStart(2, "0")}`;
  });
  return join(dataDirectory, safe.join("") || "%");
}
