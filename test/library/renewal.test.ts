import { X509Certificate } from "node:crypto";
import { connect as connectTcp } from "node:net";
import { connect } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { type TlsCredentials, tcpTransport } from "../../src/library/tcp.js";
import { impostor, portOf } from "../adapters/tcp/support.js";
import { createAuthority, issue } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import { freePorts } from "../support/free-ports.js";

/** The certificate that a member shows to a new connection of another one. */
function shownAt(address: string, tls: TlsCredentials): Promise<string> {
  const [host = "", port] = address.split(":");
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(port),
      ...(tls as { key: string; cert: string; ca: string }),
      checkServerIdentity: () => undefined,
    });
    socket.once("error", reject).once("secureConnect", () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 as string);
      socket.destroy();
    });
  });
}

/** Passes connections on from one address to another, and counts them. */
async function countedWay(from: string, to: string) {
  const way = { connections: 0 };
  await impostor(from, (near) => {
    way.connections++;
    const far = connectTcp(portOf(to), "127.0.0.1");
    near.pipe(far).pipe(near);
    far.on("error", () => {}).on("close", () => near.destroy());
    near.on("close", () => far.destroy());
  });
  return way;
}

it("a member shows its new certificate to new connections, and keeps the present ones", async () => {
  const authority = await createAuthority();
  const [a1, b1, a2, b2] = (await freePorts(4)).map((port) => `127.0.0.1:${port}`) as [string, string, string, string];
  const members = { a: a1, b: b1 };
  // Each reaches the other one by a way that counts its connections.
  const [toA, toB] = [await countedWay(a2, a1), await countedWay(b2, b1)];
  const connections = () => [toA.connections, toB.connections];
  const [old, renewed, ofB] = await Promise.all([issue(authority, "a"), issue(authority, "a"), issue(authority, "b")]);
  const a = await tcpTransport({ id: "a", members: { ...members, b: b2 }, tls: old });
  const b = await tcpTransport({ id: "b", members: { ...members, a: a2 }, tls: ofB });
  onTestFinished(() => a.close());
  onTestFinished(() => b.close());
  const received: unknown[] = [];
  a.onMessage(() => {});
  b.onMessage((_, body) => received.push(body));
  a.send("b", { number: 1 });
  await eventually(() => expect(received).toHaveLength(1));
  const links = [{ member: "b", connected: true, queuedBytes: 0 }];
  await eventually(() => expect(a.state()).toEqual(links));

  const fingerprint = ({ cert }: TlsCredentials) => new X509Certificate(cert).fingerprint256;
  expect(await shownAt(members.a, ofB)).toBe(fingerprint(old));
  const before = connections();
  a.renewCertificate(renewed);
  expect(await shownAt(members.a, ofB)).toBe(fingerprint(renewed));
  a.send("b", { number: 2 });
  await eventually(() => expect(received).toEqual([{ number: 1 }, { number: 2 }]));
  await eventually(() => expect(a.state()).toEqual(links));
  // A new connection would have shown the new certificate as well.
  expect(connections()).toEqual(before);
});

it("a member trusts each authority in a file, in any order, even if one of them has expired", async () => {
  const [old, authority] = [await createAuthority({ valid: "in the past" }), await createAuthority()];
  const [port] = await freePorts(1);
  const members = { a: `127.0.0.1:${port}` };
  const tls = await issue(authority, "a");
  const a = await tcpTransport({ id: "a", members, tls: { ...tls, ca: `${old.cert}\n${authority.cert}` } });
  onTestFinished(() => a.close());
  expect(await shownAt(members.a, tls)).toBe(new X509Certificate(tls.cert).fingerprint256);
});

it("a member keeps its certificate if the new one would be refused, and needs TLS for a new one", async () => {
  const authority = await createAuthority();
  const [port] = await freePorts(1);
  const members = { a: `127.0.0.1:${port}` };
  const tls = await issue(authority, "a");
  const a = await tcpTransport({ id: "a", members, tls });
  onTestFinished(() => a.close());
  const expired = await issue(authority, "a", { valid: "in the past" });
  expect(() => a.renewCertificate(expired)).toThrow(/^tls\.cert expired on/);
  expect(await shownAt(members.a, tls)).toBe(new X509Certificate(tls.cert).fingerprint256);
  expect(() => a.renewCertificate(undefined as never)).toThrow(/^renewCertificate needs an object with options/);
  const { ca: _, ...withoutAuthority } = tls;
  expect(() => a.renewCertificate(withoutAuthority as never)).toThrow(/^renewCertificate needs the option ca$/);
  const plain = await tcpTransport({ id: "a", members, listen: "127.0.0.1:0" });
  onTestFinished(() => plain.close());
  expect(() => plain.renewCertificate(tls)).toThrow(/needs a transport that was opened with the option tls$/);
});
