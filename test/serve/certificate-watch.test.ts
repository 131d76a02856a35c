import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { CertificateWatch, type TlsContents } from "../../src/serve/certificate-watch.js";
import { type Authority, createAuthority, issue } from "../support/certificates.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Watched files with a first certificate, and the log. */
async function watch({ daysLeft = 100 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-expiry-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = { key: join(folder, "key"), cert: join(folder, "cert"), ca: join(folder, "ca") };
  const authority = await createAuthority();
  const pair = await pairOf(authority);
  for (const name of ["key", "cert"] as const) writeFileSync(files[name], pair[name]);
  writeFileSync(files.ca, authority.cert);
  const clock = new FakeClock();
  const codes: string[] = [];
  const texts: string[] = [];
  const renewed: TlsContents[] = [];
  const listeners = new Map<string, () => void>();
  const watching = new CertificateWatch([{ name: "http.tls", files, renew: (contents) => renewed.push(contents) }], {
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
    expect(texts[0]).toContain("its key does not belong to its certificate");
    rmSync(files.key);
    listeners.get(files.key)?.();
    clock.advance(60_000);
    expect(texts.slice(1)).toEqual([expect.stringMatching(/^the certificate of http\.tls stays as it was: ENOENT/)]);
    write("key", pair.key);
    clock.advance(1_000);
    expect(codes.slice(2)).toEqual(["certificate-renewed"]);
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
