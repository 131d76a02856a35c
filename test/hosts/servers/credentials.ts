import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, issue } from "../../support/certificates.js";
import type { NetworkHost } from "../network/namespaces.js";

/** Writes the files of an authority, `ca.crt`, and of a certificate for the member of each host, `h1.key`, `h1.crt` and so on. */
export async function writeCredentials(hosts: readonly NetworkHost[], folder: string): Promise<void> {
  const write = (name: string, text: unknown) => writeFileSync(join(folder, name), String(text));
  const authority = await createAuthority({ valid: "around now" });
  write("ca.crt", authority.cert);
  for (const { number } of hosts) {
    const { key, cert } = await issue(authority, `h${number}`, { valid: "around now" });
    write(`h${number}.key`, key);
    write(`h${number}.crt`, cert);
  }
}
