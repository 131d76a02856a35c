import { describe, expect, it, onTestFinished } from "vitest";
import { tcpTransport } from "../../src/library/tcp.js";
import { createAuthority, issue } from "../support/certificates.js";
import { freePorts } from "../support/free-ports.js";

const local = { id: "a", members: { a: "127.0.0.1:7001", b: "127.0.0.1:7002" } };

describe("tcpTransport", () => {
  it.each([
    ["listening for everyone", { ...local, listen: "0.0.0.0:7001" }, "0.0.0.0:7001"],
    ["a member elsewhere", { ...local, members: { ...local.members, b: "10.0.0.7:7002" } }, "10.0.0.7:7002"],
  ])("refuses plain text beyond this machine, and says what to do: %s", async (_, options, address) => {
    await expect(tcpTransport(options)).rejects.toThrow(
      `${address} is not on this machine, and without TLS whoever can connect can read and send everything: ` +
        "set tls to a key, a certificate and its authority, or allowPlaintext to true if the network itself is trusted",
    );
  });

  it("speaks plain text beyond this machine if it is told to", async () => {
    const [port] = await freePorts(1);
    const transport = await tcpTransport({ ...local, listen: `0.0.0.0:${port}`, allowPlaintext: true });
    onTestFinished(() => transport.close());
    expect(transport.maxMessageBytes).toBe(8 * 2 ** 20);
  });

  it("refuses a certificate of its own that the others would refuse, and says which they want", async () => {
    const authority = await createAuthority();
    await expect(tcpTransport({ ...local, tls: await issue(authority, "b") })).rejects.toThrow(
      "tls.cert is not for this node: its certificate does not name a: its subjectAltName is URI:tidecast:b; " +
        "issue one whose subjectAltName has URI:tidecast:a",
    );
    await expect(tcpTransport({ ...local, tls: await issue(authority, "a", { expired: true }) })).rejects.toThrow(
      /^tls\.cert has expired, on .*; issue one whose subjectAltName has URI:tidecast:a and is valid today$/,
    );
  });

  it("refuses a key that is not the certificate's, and says which of them it cannot read", async () => {
    const authority = await createAuthority();
    const [one, other] = [await issue(authority, "a"), await issue(authority, "a")];
    await expect(tcpTransport({ ...local, tls: { ...one, key: other.key } })).rejects.toThrow(
      "tls.key is not the key of tls.cert",
    );
    for (const option of ["key", "cert", "ca"])
      await expect(tcpTransport({ ...local, tls: { ...one, [option]: "no PEM" } })).rejects.toThrow(
        `tls.${option} cannot be read, PEM is expected: `,
      );
  });

  it.each([
    [{ ...local, id: "x" }, "x is not among the members (a, b): add its address, or set listen"],
    [{ ...local, members: ["a:7001"] }, '"a:7001" is no member: id=host:port is'],
    [{ ...local, listen: "7001" }, '"7001" is no address'],
    [{ ...local, limits: { maxConnections: 0 } }, "limits.maxConnections must be a number from 1, and is 0"],
    [
      { ...local, limits: { maxQueuedBytes: 1000 } },
      "limits.maxQueuedBytes must have room for one message, 8392704 bytes, and is 1000",
    ],
  ])("refuses what cannot be: %j", async (options, problem) => {
    await expect(tcpTransport(options)).rejects.toThrow(problem);
  });

  it("says where it cannot listen, and why", async () => {
    const [port] = await freePorts(1);
    const members = { a: `127.0.0.1:${port}`, b: "127.0.0.1:7002" };
    const first = await tcpTransport({ id: "a", members });
    onTestFinished(() => first.close());
    await expect(tcpTransport({ id: "a", members })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: listen EADDRINUSE: address already in use`,
    );
  });
});
