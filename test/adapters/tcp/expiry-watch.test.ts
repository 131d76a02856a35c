import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { ExpiryWatch } from "../../../src/adapters/tcp/expiry-watch.js";
import { certificateExpiring } from "../../../src/adapters/tcp/log-events.js";
import { openTcpTransport } from "../../../src/adapters/tcp/open.js";
import type { LogEvent } from "../../../src/domain/ports/log.js";
import { createAuthority, issue } from "../../support/certificates.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);

function watch() {
  const clock = new FakeClock();
  const warnings: { after: number; text: string; fields: unknown }[] = [];
  const warn = (expiry: { expires: number; days: number }) => {
    const { text } = certificateExpiring({ ...expiry, setting: "tls.cert" });
    warnings.push({ after: clock.now() / HOUR, text, fields: expiry });
  };
  const watching = new ExpiryWatch({ clock, warn }, () => START + clock.now());
  return { clock, warnings, watching };
}

describe("ExpiryWatch", () => {
  it("warns twice a day in the last 14 days of a certificate", () => {
    const { clock, warnings, watching } = watch();
    watching.watch(START + 15 * DAY);
    clock.advance(2 * DAY);
    expect(warnings.map(({ after }) => after)).toEqual([36, 48]);
    expect(warnings[0]).toMatchObject({
      text: "this node's certificate (tls.cert) expires on 2026-01-16T00:00:00.000Z, in 13 days; replace it before then, or other members refuse this node's new connections",
      fields: { expires: START + 15 * DAY, days: 13 },
    });
  });

  it("says that hours are left on the last day, and that it is too late after it", () => {
    const { clock, warnings, watching } = watch();
    watching.watch(START + HOUR);
    expect(warnings[0]?.text).toContain("expires on 2026-01-01T01:00:00.000Z, within a day;");
    clock.advance(DAY);
    expect(warnings.at(-1)?.text).toContain("expired on 2026-01-01T01:00:00.000Z;");
  });

  it("warns at once of another date, and of the same date only at its interval", () => {
    const { clock, warnings, watching } = watch();
    watching.watch(START + 5 * DAY);
    clock.advance(HOUR);
    for (const days of [5, 6, 6]) watching.watch(START + days * DAY);
    clock.advance(13 * HOUR);
    expect(warnings.map(({ after, fields }) => [after, fields])).toEqual([
      [0, { expires: START + 5 * DAY, days: 5 }],
      [1, { expires: START + 6 * DAY, days: 5 }],
      [13, { expires: START + 6 * DAY, days: 5 }],
    ]);
  });

  it("is silent once the certificate is replaced, and leaves no timer when closed", () => {
    const { clock, warnings, watching } = watch();
    watching.watch(START + DAY);
    watching.watch(START + 365 * DAY);
    clock.advance(30 * DAY);
    expect(warnings).toHaveLength(1);
    watching.close();
    expect(clock.nextDue()).toBe(undefined);
  });
});

it("a transport warns of its own certificate until it is renewed, and leaves no timer when it is closed", async () => {
  const clock = new FakeClock();
  const authority = await createAuthority();
  const events: LogEvent[] = [];
  const tls = await issue(authority, "a", { valid: "around now" });
  const transport = await openTcpTransport(
    { id: "a", members: { a: "127.0.0.1:1" }, listen: "127.0.0.1:0", tls },
    { clock, random: new SeededRandom(1), log: { event: (event) => events.push(event) } },
  );
  const expires = Date.parse(new X509Certificate(tls.cert).validTo);
  expect(events).toEqual([
    expect.objectContaining({ code: "certificate-expiring", fields: { expires, days: 0, setting: "tls.cert" } }),
  ]);
  transport.renewCertificate(await issue(authority, "a"));
  clock.advance(DAY);
  expect(events).toHaveLength(1);
  // A certificate of a year does not help if its authority expires tomorrow.
  const ending = await createAuthority({ valid: "around now" });
  transport.renewCertificate(await issue(ending, "a"));
  expect(events[1]).toMatchObject({
    fields: { expires: Date.parse(new X509Certificate(ending.cert).validTo), setting: "tls.ca" },
    text: expect.stringMatching(
      /^the authority of this node's certificate \(tls\.ca\) expires on .*, within a day; let all/,
    ),
  });
  transport.renewCertificate(await issue(authority, "a"));
  expect(clock.nextDue()).toBeGreaterThan(0);
  await transport.close();
  transport.renewCertificate(await issue(ending, "a"));
  expect([events.length, clock.nextDue()]).toEqual([2, undefined]);
});
