import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { InvalidOptions } from "../../src/application/options/invalid-options.js";
import { CertificateWatch } from "../../src/serve/certificate-watch.js";
import type { TlsFiles } from "../../src/serve/settings/schema.js";
import { loadTlsFiles, readTlsFiles, type TlsContents } from "../../src/serve/tls-files.js";
import { type Authority, createAuthority, issue } from "../support/certificates.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Watched files with a first certificate, and the log. @param whileStarting called between the start of the user and that of the watch */
async function watch({
  daysLeft = 100,
  whileStarting = (_: { authority: Authority; files: TlsFiles }): void | Promise<void> => {},
} = {}) {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-expiry-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = { key: join(folder, "key"), cert: join(folder, "cert"), ca: join(folder, "ca") };
  const authority = await createAuthority({ valid: "for years" });
  const pair = await pairOf(authority);
  for (const name of ["key", "cert"] as const) writeFileSync(files[name], pair[name]);
  writeFileSync(files.ca, authority.cert);
  const clock = new FakeClock();
  const codes: string[] = [];
  const texts: string[] = [];
  const renewed: TlsContents[] = [];
  const listeners = new Map<string, () => void>();
  const inUse = readTlsFiles(files);
  await whileStarting({ authority, files });
  const certificate = { name: "http.tls", files, inUse, renew: (contents: TlsContents) => void renewed.push(contents) };
  const watching = new CertificateWatch([certificate], {
    clock,
    log: {
      event: ({ code, text }) => {
        codes.push(code);
        texts.push(text);
      },
    },
    follow: (path, listener) => {
      listeners.set(path, listener);
      return () => listeners.delete(path);
    },
    timeOfDay: () => pair.expires - daysLeft * DAY + clock.now(),
  });
  const write = (name: "key" | "cert" | "ca", content: string) => {
    writeFileSync(files[name], content);
    listeners.get(files[name])?.();
  };
  return { authority, pair, clock, codes, texts, renewed, listeners, watching, files, write };
}

async function pairOf(authority: Authority, valid?: "around now") {
  const { key, cert } = await issue(authority, "a", valid && { valid });
  return { key: String(key), cert: String(cert), expires: Date.parse(new X509Certificate(String(cert)).validTo) };
}

describe("CertificateWatch", () => {
  it("warns twice a day in the last two weeks of a certificate", async () => {
    const { clock, texts } = await watch({ daysLeft: 15 });
    expect(texts).toEqual([]);
    clock.advance(2 * DAY);
    expect(texts).toEqual(
      Array(2).fill(expect.stringMatching(/^the certificate of http\.tls expires on .*, in 1[34] days; renew .*cert$/)),
    );
  });

  it("warns before the last authority of clients expires, and no client would have a valid certificate", async () => {
    const { clock, texts, write, authority } = await watch();
    const { cert } = await createAuthority({ valid: "around now" });
    write("ca", `${cert}\n${authority.cert}`);
    clock.advance(DAY);
    expect(texts).toEqual([expect.stringMatching(/^renewed the certificate of http\.tls/)]);
    write("ca", cert);
    clock.advance(1_000);
    // The time of day here is months ahead.
    expect(texts.slice(2)).toEqual([
      expect.stringMatching(/^the certificate of http\.tls\.ca expired on .*; renew .*ca$/),
    ]);
    clock.advance(12 * HOUR);
    expect(texts).toHaveLength(4);
  });

  it("logs a renewal of two files once, and one warning if the new certificate expires soon", async () => {
    const { authority, clock, codes, renewed, write } = await watch();
    // The time of day here is months ahead, so this one has expired.
    const { key, cert } = await pairOf(authority, "around now");
    write("key", key);
    clock.advance(300);
    write("cert", cert);
    write("ca", authority.cert);
    clock.advance(999);
    expect(codes).toEqual([]);
    clock.advance(1);
    expect(codes).toEqual(["certificate-renewed", "certificate-expiring"]);
    expect(renewed.map((contents) => String(contents.cert))).toEqual([cert]);
    // A poll notices a file late: nothing is new.
    write("cert", cert);
    clock.advance(10_000);
    expect(codes).toHaveLength(2);
    clock.advance(12 * HOUR);
    expect(codes.slice(2)).toEqual(["certificate-expiring"]);
  });

  it("passes on files that changed while the server started", async () => {
    const { clock, codes, renewed, files } = await watch({
      whileStarting: async ({ authority, files }) => {
        const { key, cert } = await pairOf(authority);
        writeFileSync(files.key, key);
        writeFileSync(files.cert, cert);
      },
    });
    clock.advance(1_000);
    expect(codes).toEqual(["certificate-renewed"]);
    expect(renewed).toEqual([readTlsFiles(files)]);
  });

  it("waits for the certificate of a new key", async () => {
    const { authority, clock, codes, renewed, write } = await watch();
    const { key, cert } = await pairOf(authority);
    write("key", key);
    clock.advance(4_500);
    write("cert", cert);
    clock.advance(1_000);
    expect(codes).toEqual(["certificate-renewed"]);
    expect(renewed).toHaveLength(1);
  });

  it("logs once that a key has no certificate, or that a file is gone, and when all is well again", async () => {
    const { authority, pair, clock, codes, texts, files, write, listeners } = await watch();
    const { key } = await pairOf(authority);
    write("key", key);
    clock.advance(60_000);
    listeners.get(files.cert)?.();
    clock.advance(60_000);
    expect(codes).toEqual(["certificate-unusable"]);
    expect(texts[0]).toContain("http.tls.key does not belong to http.tls.cert");
    rmSync(files.key);
    listeners.get(files.key)?.();
    clock.advance(60_000);
    expect(texts.slice(1)).toEqual([expect.stringMatching(/^the certificate of http\.tls stays as it was: ENOENT/)]);
    write("key", pair.key);
    clock.advance(1_000);
    expect(codes.slice(2)).toEqual(["certificate-renewed"]);
  });

  it("keeps the old files if the new authority is not PEM", async () => {
    const { clock, codes, renewed, write } = await watch();
    write("ca", "rubbish");
    clock.advance(60_000);
    expect([codes, renewed]).toEqual([["certificate-unusable"], []]);
  });

  it("logs twice a day that a file cannot be read", async () => {
    const { clock, codes, files } = await watch();
    rmSync(files.cert);
    clock.advance(DAY);
    expect(codes).toEqual(["certificate-unreadable", "certificate-unreadable"]);
  });

  it("leaves no timer and follows no file when it is closed", async () => {
    const { clock, listeners, watching, write } = await watch({ daysLeft: 3 });
    write("key", "rubbish");
    watching.close();
    expect(clock.nextDue()).toBeUndefined();
    expect(listeners.size).toBe(0);
  });
});

describe("the files of a certificate", () => {
  it("are named by their settings if a server cannot start with them", async () => {
    const { files, authority } = await watch();
    const load = (changed: object) => () => loadTlsFiles("http.tls", { ...files, ...changed });
    expect(load({})()).toEqual(readTlsFiles(files));
    const other = await pairOf(authority);
    writeFileSync(`${files.key}-other`, other.key);
    writeFileSync(`${files.key}-rubbish`, "rubbish");
    // The second of two authorities is none.
    writeFileSync(`${files.key}-half`, `${authority.cert}\n${authority.cert.replace("MII", "rubbish")}`);
    for (const [changed, message] of [
      [{ key: `${files.key}-none` }, /^http\.tls\.key cannot be read: ENOENT/],
      [{ ca: `${files.key}-none` }, /^http\.tls\.ca cannot be read: ENOENT/],
      [{ key: `${files.key}-rubbish` }, /^http\.tls\.key is not a private key as PEM: /],
      [{ cert: `${files.key}-rubbish` }, /^http\.tls\.cert is not a certificate as PEM: /],
      [{ ca: `${files.key}-rubbish` }, /^http\.tls\.ca is not a certificate as PEM: /],
      [{ ca: `${files.key}-half` }, /^http\.tls\.ca is not a certificate as PEM: /],
      [{ key: `${files.key}-other` }, /^http\.tls\.key does not belong to http\.tls\.cert; give the key of that/],
    ] as const) {
      expect(load(changed)).toThrow(InvalidOptions);
      expect(load(changed)).toThrow(message);
    }
  });
});
