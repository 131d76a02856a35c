import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { connect as connectPlain } from "node:net";
import { connect, createServer, type TLSSocket } from "node:tls";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { checkOwnCredentials, type TlsCredentials } from "../../../src/adapters/tcp/certificates.js";
import { type Authority, type CertificateWishes, createAuthority, issue } from "../../support/certificates.js";
import { addresses, openNode, portOf, Stranger, until } from "./support.js";

const SECRET = { type: "gossip", values: ["a secret value"] };
const hello = { tidecast: 1, from: "b", to: "a", life: "x", serial: 1 };

let authority: Authority;
let other: Authority;
let ofA: TlsCredentials;
let ofB: TlsCredentials;
beforeAll(async () => {
  [authority, other] = [await createAuthority(), await createAuthority()];
  [ofA, ofB] = [await issue(authority, "a"), await issue(authority, "b")];
});

/** A node `a` with messages for `b`, while no node listens as `b`. */
async function nodeWithSecrets() {
  const members = await addresses();
  const node = await openNode({ id: "a", members, tls: ofA });
  node.transport.send("b", SECRET);
  await until(() => node.log.lines.length > 0, "the first attempt to reach b to fail");
  node.log.lines.length = 0;
  return { ...node, members };
}

function secureStranger(address: string, credentials: Partial<TlsCredentials>): Stranger {
  const { key, cert } = credentials;
  const socket = connect({
    port: portOf(address),
    host: "127.0.0.1",
    ...(key !== undefined && cert !== undefined && { key, cert }),
    rejectUnauthorized: false,
  });
  return new Stranger(address, socket);
}

/** Certificates that do not name `b`. */
const wrong: { what: string; credentials(): Promise<Partial<TlsCredentials>>; problem: RegExp }[] = [
  { what: "none", credentials: async () => ({}), problem: /it has no certificate/ },
  { what: "that of another member", credentials: () => issue(authority, "c"), problem: /does not name b/ },
  {
    what: "one of another authority",
    credentials: () => issue(other, "b"),
    problem: /unable to verify the first certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
  },
  {
    what: "one that has expired",
    credentials: () => issue(authority, "b", { valid: "in the past" }),
    problem: /certificate has expired|CERT_HAS_EXPIRED/,
  },
  {
    what: "one that is not valid yet",
    credentials: () => issue(authority, "b", { valid: "in the future" }),
    problem: /certificate is not yet valid|CERT_NOT_YET_VALID/,
  },
  { what: "one with b as the common name only", credentials: () => named({ dns: "x" }), problem: /does not name b/ },
  { what: "one with a wildcard", credentials: () => named({ dns: "*" }), problem: /does not name b/ },
  {
    what: "one that hides b in another name",
    credentials: () => named({ dns: "x, URI:tidecast:b" }, { uri: "x, DNS:b" }),
    problem: /does not name b/,
  },
  {
    what: "one with longer names",
    credentials: () => named({ uri: "tidecast:bb" }, { dns: "b.example.org" }),
    problem: /does not name b/,
  },
];

function named(...names: NonNullable<CertificateWishes["names"]>): Promise<TlsCredentials> {
  return issue(authority, "b", { names });
}

describe("a peer that connects with a certificate", () => {
  it.each(["URI", "DNS"])("is accepted if its id is a %s", async (kind) => {
    const { members } = await nodeWithSecrets();
    const credentials = kind === "DNS" ? await named({ dns: "b" }) : ofB;
    const member = secureStranger(members.a, credentials);
    member.say(hello);
    await until(() => member.heard.includes("a secret value"), "the values");
  });

  it.each(wrong)("receives no value and cannot send any with $what", async ({ credentials, problem }) => {
    const { members, log, received } = await nodeWithSecrets();
    const stranger = secureStranger(members.a, await credentials());
    stranger.say(hello);
    stranger.say({ src: "b", dest: "a", body: SECRET });
    await until(() => stranger.closed, "the connection to be closed");
    expect(stranger.heard).not.toContain("secret");
    expect(stranger.heard).not.toContain('"from"');
    expect(received).toEqual([]);
    await until(() => log.lines.length > 0, "a line of the log");
    expect(log.lines[0]).toMatch(/^refused a connection from 127\.0\.0\.1:\d+: /);
    expect(log.lines[0]).toMatch(problem);
    // Both operators are told.
    expect(JSON.parse(stranger.heard).refused).toMatch(problem);
  });

  it("is refused without TLS, and receives not a single byte", async () => {
    const { members, log } = await nodeWithSecrets();
    const stranger = new Stranger(members.a, connectPlain(portOf(members.a), "127.0.0.1"));
    stranger.say(hello);
    await until(() => stranger.closed, "the connection to be closed");
    expect(stranger.heard).not.toMatch(/secret|tidecast/);
    expect(log.lines).toEqual([expect.stringMatching(/^refused a connection from /)]);
  });
});

describe("a peer that listens on a member's address with a certificate", () => {
  it.each(wrong.slice(1))("receives nothing with $what", async ({ credentials, problem }) => {
    const members = await addresses();
    const { key, cert } = (await credentials()) as TlsCredentials;
    let heard = "";
    const sockets = new Set<TLSSocket>();
    const server = createServer({ key, cert }, (socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        heard += String(chunk);
      });
    });
    await new Promise<void>((resolve) => server.listen(portOf(members.b), "127.0.0.1", resolve));
    onTestFinished(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const { transport, log } = await openNode({ id: "a", members, tls: ofA });
    transport.send("b", SECRET);
    await until(() => log.lines.length > 0, "the connection to be refused");
    expect(log.lines[0]).toContain(`cannot reach b at ${members.b}: `);
    expect(log.lines[0]).toMatch(problem);
    expect(heard).toBe("");
  });
});

describe("a node's own credentials", () => {
  const check = (credentials: TlsCredentials, now = new Date()) => checkOwnCredentials(credentials, "b", now).expires;

  it("are valid if the certificate names the node, and say when they expire", () => {
    // The authority was created before, and so may expire a second earlier.
    const expires = Math.min(
      ...[ofB.cert, authority.cert].map((each) => Date.parse(new X509Certificate(each).validTo)),
    );
    expect(check(ofB)).toBe(expires);
    expect(check({ ...ofB, ca: [authority.cert] })).toBe(expires);
    expect(check({ ...ofB, key: Buffer.from(ofB.key), cert: Buffer.from(ofB.cert) })).toBe(expires);
  });

  it("are valid in the whole period of the certificate, to the second", () => {
    const { validFrom, validTo } = new X509Certificate(ofB.cert);
    // The authority has to be valid as well, and is as old as the certificate or older.
    expect(check(ofB, new Date(validFrom))).toBeGreaterThan(Date.parse(validFrom));
    expect(() => check(ofB, new Date(Date.parse(validFrom) - 1))).toThrow(
      `tls.cert is not valid before ${validFrom} (check this machine's clock); issue one whose subjectAltName has URI:tidecast:b and is valid today`,
    );
    expect(() => check(ofB, new Date(Date.parse(validTo) + 1))).toThrow(`tls.cert expired on ${validTo}; issue one`);
  });

  it("may trust several authorities, of which one has to be valid", async () => {
    const old = await createAuthority({ valid: "in the past" });
    const { validTo } = new X509Certificate(old.cert);
    expect(check({ ...ofB, ca: [old.cert, authority.cert] })).toBeGreaterThan(0);
    expect(() => check({ ...ofB, ca: [old.cert, old.cert] })).toThrow(
      `tls.ca expired on ${validTo}; issue a new one, and new certificates for all members`,
    );
  });

  it("may have an encrypted key, with its passphrase", () => {
    const key = createPrivateKey(ofB.key).export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "open",
    });
    expect(check({ ...ofB, key, passphrase: "open" })).toBeGreaterThan(0);
    for (const passphrase of [undefined, "", "wrong"])
      expect(() => check({ ...ofB, key, ...(passphrase !== undefined && { passphrase }) })).toThrow(
        /^tls\.key is not readable; PEM is expected: /,
      );
  });

  it("are refused with the reason if OpenSSL does not accept them", () => {
    const { privateKey } = generateKeyPairSync("ed448");
    const key = privateKey.export({ type: "pkcs8", format: "pem" });
    expect(() => check({ ...ofB, key })).toThrow(
      /^tls\.key does not belong to tls\.cert; give the key of that certificate$/,
    );
    // A second private key in the same file, of which OpenSSL reads the first one only, is no harm.
    expect(check({ ...ofB, key: `${String(ofB.key)}\n${String(key)}` })).toBeGreaterThan(0);
  });

  it("name all their names if the node's is not among them", async () => {
    const names = await named({ dns: "x" }, { uri: "tidecast:c" });
    expect(() => check(names)).toThrow(
      "tls.cert does not belong to this node: its certificate does not name b: its subjectAltName is DNS:x, URI:tidecast:c; issue one whose subjectAltName has URI:tidecast:b",
    );
  });

  it.each([
    ["nöde, 1", "URI:tidecast:n%C3%B6de%2C%201"],
    ["a/b", "URI:tidecast:a%2Fb"],
  ])("need the id %j percent-encoded, as the error says", async (id, name) => {
    expect(() => checkOwnCredentials(ofB, id, new Date())).toThrow(`issue one whose subjectAltName has ${name}`);
    const right = await issue(authority, "x", { names: [{ uri: name.slice(4) }] });
    expect(checkOwnCredentials(right, id, new Date()).expires).toBeGreaterThan(0);
  });
});

describe("two members with TLS", () => {
  it("recognise each other even if their ids are not host names", async () => {
    const [first, second] = ["nöde 1, the first", "DNS:b"];
    const { a, b } = await addresses();
    const members = { [first]: a, [second]: b };
    const credentials = (id: string) =>
      issue(authority, id, { names: [{ uri: `tidecast:${encodeURIComponent(id)}` }] });
    const one = await openNode({ id: first, members, tls: await credentials(first) });
    const two = await openNode({ id: second, members, tls: await credentials(second) });
    one.transport.send(second, { number: 1 });
    await until(() => two.received.length === 1, "a message");
    expect(two.received).toEqual([{ from: first, body: { number: 1 } }]);
  });
});
