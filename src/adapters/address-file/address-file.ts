import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Log } from "../../domain/ports/log.js";
import type { AddressBook } from "../../domain/ports/member-channel.js";
import { addressesInvalid, addressesNotKept, addressesUnreadable } from "./log-events.js";

/** Keeps the addresses of members in a file of JSON, which is replaced as a whole. Without a path it keeps nothing. */
export class AddressFile implements AddressBook {
  private path: string | undefined;
  private saved = "";

  constructor(private readonly log: Log) {}

  use(path: string): void {
    this.path = path;
  }

  load(): readonly string[] {
    if (this.path === undefined) return [];
    try {
      const content: unknown = JSON.parse(readFileSync(this.path, "utf8"));
      if (Array.isArray(content)) return content.filter((address) => typeof address === "string");
      this.log.event(addressesInvalid({ path: this.path }));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT") this.log.event(addressesUnreadable({ path: this.path, reason: message }));
    }
    return [];
  }

  save(addresses: readonly string[]): void {
    const text = `${JSON.stringify(addresses.toSorted(), null, 2)}\n`;
    if (this.path === undefined || text === this.saved) return;
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      writeFileSync(`${this.path}.new`, text);
      renameSync(`${this.path}.new`, this.path);
      this.saved = text;
    } catch (error) {
      this.log.event(addressesNotKept({ path: this.path, reason: (error as Error).message }));
    }
  }
}
