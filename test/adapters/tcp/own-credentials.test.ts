import { X509Certificate } from "node:crypto";
import { generate } from "selfsigned";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { checkOwnCredentials, type TlsCredentials } from "../../../src/adapters/tcp/certificates.js";
import { InvalidOptions } from "../../../src/application/options/invalid-options.js";
import { type Authority, createAuthority, issue } from "../../support/certificates.js";

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority();
});

const check = (credentials: TlsCredentials, id = "b", now = new Date()) => checkOwnCredentials(credentials, id, now);
const endOf = (cert: string | Buffer) => Date.parse(new X509Certificate(cert).validTo);
/** The error that a call throws. */
function thrown(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

describe("the names of a certificate", () => {
  it("are looked at one by one: the member's may come after others", async () => {
    const tls = await issue(authority, "b", { names: [{ dns: "x" }, { uri: "tidecast:b" }] });
    expect(check(tls).expires).toBeGreaterThan(0);
  });

  it("are not looked for within another name, even if that contains a quote", async () => {
    for (const name of ['x"URI:tidecast:b', 'x", URI:tidecast:b', 'x"URI:tidecast:b"'])
      await expect(issue(authority, "b", { names: [{ dns: name }] }).then((tls) => check(tls))).rejects.toThrow(
        "does not name b",
      );
  });

  it("may be absent, which the error says", () => {
    expect(() => check({ ...authority, ca: authority.cert })).toThrow(
      "its certificate does not name b: its subjectAltName is absent",
    );
  });

  it.each([
    ["node-1.b", true],
    ["-b", false],
    ["b c", false],
  ])("have the id %j as a DNS name, which counts: %s", async (id, counts) => {
    const tls = await issue(authority, id, { names: [{ dns: id }] });
    const error = thrown(() => check(tls, id));
    if (counts) expect(error).toMatchObject({ expires: expect.any(Number) });
    else expect(error).toBeInstanceOf(InvalidOptions);
  });
});

describe("the first expiry", () => {
  it("is that of the authority that signed the certificate, whatever else is trusted", async () => {
    const ending = await createAuthority({ valid: "around now" });
    const tls = await issue(ending, "b");
    const expected = { expires: endOf(ending.cert), setting: "tls.ca" };
    expect(check({ ...tls, ca: [ending.cert, authority.cert] })).toEqual(expected);
  });

  it("is that of the certificate if no trusted authority signed it", async () => {
    const tls = await issue(await createAuthority(), "b");
    expect(check({ ...tls, ca: authority.cert })).toEqual({ expires: endOf(tls.cert), setting: "tls.cert" });
  });

  it("is that of the later certificate of an authority that was renewed", async () => {
    const name = "an authority with two certificates";
    const [ending, renewed] = [await createAuthority({ valid: "around now", name }), await createAuthority({ name })];
    const tls = await issue(renewed, "b", { valid: "around now" });
    expect(check({ ...tls, ca: [ending.cert, renewed.cert] }).setting).toBe("tls.cert");
    const long = await issue(renewed, "b");
    expect(check({ ...long, ca: [ending.cert, renewed.cert] }).expires).toBeGreaterThan(endOf(ending.cert));
  });

  it("is that of the certificate if its authority ends with it; up to that second both are valid", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const same = await createAuthority();
    const tls = await issue(same, "b");
    const expires = endOf(tls.cert);
    expect(expires).toBe(endOf(same.cert));
    expect(check(tls, "b", new Date(expires))).toEqual({ expires, setting: "tls.cert" });
  });
});

describe("credentials that OpenSSL does not read, or does not accept", () => {
  it("are refused with its error as the cause", async () => {
    const tls = await issue(authority, "b");
    expect(thrown(() => check({ ...tls, key: "no PEM" }))).toMatchObject({ cause: expect.any(Error) });
    const { private: key, cert } = await generate([{ name: "commonName", value: "b" }], {
      keySize: 512,
      algorithm: "sha256",
      extensions: [{ name: "subjectAltName", altNames: [{ type: 6, value: "tidecast:b" }] }],
    });
    const error = thrown(() => check({ key, cert, ca: cert }));
    expect(error).toBeInstanceOf(InvalidOptions);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^tls is not usable: .*key too small/),
      cause: expect.any(Error),
    });
  });
});
