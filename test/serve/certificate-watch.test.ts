import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { CertificateWatch } from "../../src/serve/certificate-watch.js";
import { createAuthority, issue } from "../support/certificates.js";

it("warns in the last two weeks of a certificate", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-expiry-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { key, cert } = await issue(await createAuthority(), "a");
  const files = { key: join(folder, "key"), cert: join(folder, "cert") };
  writeFileSync(files.key, key as string);
  writeFileSync(files.cert, cert as string);
  const expiry = new Date(new X509Certificate(cert).validTo).getTime();
  const warningsAt = (days: number) => {
    const lines: string[] = [];
    const certificate = { name: "http.tls", files, renew: () => {} };
    new CertificateWatch(
      [certificate],
      { event: ({ text }) => lines.push(text) },
      () => expiry - days * 86_400_000,
    ).close();
    return lines;
  };
  expect(warningsAt(15)).toEqual([]);
  expect(warningsAt(13)).toEqual([
    expect.stringMatching(/^the certificate of http\.tls expires on .*, in 13 days; renew .*cert$/),
  ]);
});
