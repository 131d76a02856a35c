import { describe, expect, it, onTestFinished } from "vitest";
import { createNode } from "../../src/library/index.js";
import {
  InvalidOptions,
  type TcpLimits,
  type TcpTransportOptions,
  tcpMembership,
  tcpTransport,
} from "../../src/library/tcp.js";
import { createAuthority, issue } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import { freePorts } from "../support/free-ports.js";

const escaped = (text: string) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));

const joining = { id: "a", join: [], listen: "127.0.0.1:0" };
const local = { id: "a", members: { a: "127.0.0.1:7001", b: "127.0.0.1:7002" } };

describe("tcpTransport", () => {
  it.each([
    ["listening for everyone", { ...local, listen: "0.0.0.0:7001" }, "0.0.0.0:7001"],
    ["a member elsewhere", { ...local, members: { ...local.members, b: "10.0.0.7:7002" } }, "10.0.0.7:7002"],
  ])("rejects plain text to other machines, and says what to do: %s", async (_, options, address) => {
    await expect(tcpTransport(options)).rejects.toThrow(
      `${address} is not on this machine, and without TLS anyone on the network can read and send messages: ` +
        "set tls to a key, a certificate and its authority, or set allowPlaintext to true if you trust the network",
    );
  });

  it("knows that it is closed, for createNode", async () => {
    for (const end of ["close", "destroy"] as const) {
      const transport = await tcpTransport({ id: "a", join: [], listen: "127.0.0.1:0" });
      expect(transport.isClosed).toBe(false);
      await transport[end]();
      const error = await createNode({ id: "a", members: tcpMembership(transport), transport }).catch(
        (reason) => reason,
      );
      expect(error).toBeInstanceOf(InvalidOptions);
      expect(error.message).toContain("transport is closed");
    }
  });

  it("speaks plain text to other machines if allowed", async () => {
    const [port] = await freePorts(1);
    const transport = await tcpTransport({ ...local, listen: `0.0.0.0:${port}`, allowPlaintext: true });
    onTestFinished(() => transport.close());
    expect(transport.maxMessageBytes).toBe(8 * 2 ** 20);
  });

  it("rejects its own certificate if the others would refuse it, and describes a valid one", async () => {
    const authority = await createAuthority();
    await expect(tcpTransport({ ...local, tls: await issue(authority, "b") })).rejects.toThrow(
      "tls.cert does not belong to this node: its certificate does not name a: its subjectAltName is URI:tidecast:b; " +
        "issue one whose subjectAltName has URI:tidecast:a",
    );
    await expect(
      tcpTransport({ ...local, tls: await issue(authority, "a", { valid: "in the past" }) }),
    ).rejects.toThrow(
      /^tls\.cert expired on .*; issue one whose subjectAltName has URI:tidecast:a and is valid today$/,
    );
  });

  it("rejects a certificate, or an authority, that is expired or not yet valid", async () => {
    const authority = await createAuthority();
    await expect(
      tcpTransport({ ...local, tls: await issue(authority, "a", { valid: "in the future" }) }),
    ).rejects.toThrow(
      /^tls\.cert is not valid before .* \(check this machine's clock\); issue one whose .* and is valid today$/,
    );
    const old = await createAuthority({ valid: "in the past" });
    await expect(tcpTransport({ ...local, tls: await issue(old, "a") })).rejects.toThrow(/^tls\.ca expired on /);
    const early = await createAuthority({ valid: "in the future" });
    await expect(tcpTransport({ ...local, tls: await issue(early, "a") })).rejects.toThrow(
      /^tls\.ca is not valid before /,
    );
  });

  it("rejects a key that does not belong to the certificate, and names the unreadable file", async () => {
    const authority = await createAuthority();
    const [one, other] = [await issue(authority, "a"), await issue(authority, "a")];
    await expect(tcpTransport({ ...local, tls: { ...one, key: other.key } })).rejects.toThrow(
      "tls.key does not belong to tls.cert; give the key of that certificate",
    );
    for (const option of ["key", "cert", "ca"])
      await expect(tcpTransport({ ...local, tls: { ...one, [option]: "no PEM" } })).rejects.toThrow(
        `tls.${option} is not readable; PEM is expected: `,
      );
  });

  it.each<[unknown, string | RegExp]>([
    [
      undefined,
      "tcpTransport needs an object with options (id, members, join, listen, advertise, tls, allowPlaintext, wire, limits, log), not undefined",
    ],
    [null, "not null"],
    ["a", 'not "a"'],
    [{ ...local, id: undefined }, "tcpTransport needs the option id"],
    [
      { ...local, id: " a" },
      'tcpTransport\'s option id must be a string of 1 to 200 characters, without white space at its ends or control characters, but it is " a"',
    ],
    [{ ...local, id: 5 }, "but it is 5"],
    [{ ...local, id: "x" }, "x is not among the members (a, b); add its address, or set listen"],
    [{ ...local, members: undefined }, "tcpTransport needs the option members"],
    [{ id: "a" }, "tcpTransport needs the option members"],
    [{ ...local, members: ["a:7001"] }, 'option members[0] must be "id=host:port", but it is "a:7001"'],
    [
      { ...local, alowPlaintext: true },
      "tcpTransport has no option alowPlaintext; the options are id, members, join, listen, advertise, tls, allowPlaintext, wire, limits, log; did you mean allowPlaintext?",
    ],
    [{ ...local, Limits: {} }, "did you mean limits?"],
    [
      { ...local, banana: 1 },
      /has no option banana; the options are id, members, join, listen, advertise, tls, allowPlaintext, wire, limits, log$/,
    ],
    [
      { ...local, listen: "7001" },
      'option listen must be host:port, or [IPv6]:port, with a port from 0 to 65535, but it is "7001"',
    ],
    [{ ...local, listen: 7001 }, "but it is 7001"],
    [{ ...local, listen: ["127.0.0.1:0"] }, "option listen must be host:port"],
    [{ ...local, listen: null }, "but it is null"],
    [{ ...local, allowPlaintext: "yes" }, 'option allowPlaintext must be true or false, but it is "yes"'],
    [{ ...local, wire: "binary" }, 'option wire must be "compact" or "json", but it is "binary"'],
    [{ ...local, allowPlaintext: 1 }, "option allowPlaintext must be true or false, but it is 1"],
    [
      { ...local, log: console },
      "option log must be a Log: an object with the method line, or a function that takes events, such as pinoLog(logger) or consoleLog(), but it is an object",
    ],
    [{ ...local, tls: true }, "option tls must be { key, cert, ca }, but it is true"],
    [
      { ...local, limits: null },
      "option limits must be an object with limits, such as { maxQueuedBytes }, but it is null",
    ],
    [
      { ...local, join: ["127.0.0.1:1"] },
      "tcpTransport needs either members, a fixed list, or join, if members come and go, not both",
    ],
    [{ id: "a", join: [] }, "tcpTransport needs the option listen, since join does not say where this node is"],
    [
      { ...local, advertise: "127.0.0.1:1" },
      "tcpTransport's option advertise needs join; a fixed list has the address of each member",
    ],
    [
      { ...joining, listen: "0.0.0.0:7001" },
      "tcpTransport's option listen is 0.0.0.0:7001, to which no other machine can connect; set advertise to this node's own address",
    ],
    [
      { ...joining, listen: "0.0.0.0:7001", advertise: "[::]:7001" },
      "tcpTransport's option advertise is [::]:7001, to which no other machine can connect; set advertise to this node's own address",
    ],
    [
      { ...joining, advertise: "nowhere" },
      'option advertise must be host:port, or [IPv6]:port, with a port from 1 to 65535, but it is "nowhere"',
    ],
    [{ ...joining, advertise: "h:0" }, 'but it is "h:0"'],
    [{ ...joining, advertise: 5 }, "option advertise must be host:port"],
    [{ ...joining, advertise: ["127.0.0.1:1"] }, "option advertise must be host:port"],
    [
      { ...joining, join: "h:1" },
      'option join must be a list of addresses: host:port, or [IPv6]:port, with a port from 1 to 65535, or the name of a service, _service._tcp.domain, but it is "h:1"',
    ],
    [
      { ...joining, join: ["127.0.0.1:1", "x"] },
      'option join[1] must be host:port, or [IPv6]:port, with a port from 1 to 65535, or the name of a service, _service._tcp.domain, but it is "x"',
    ],
    [{ ...joining, join: [5] }, "option join[0] must be host:port"],
    [{ ...joining, join: [["127.0.0.1:1"]] }, "option join[0] must be host:port"],
    [
      { ...joining, join: ["127.0.0.1:1", "0.0.0.0:1"] },
      "tcpTransport's option join[1] is 0.0.0.0:1, to which no other machine can connect; give the address of a member",
    ],
    [{ ...joining, join: ["10.0.0.7:1"] }, "10.0.0.7:1 is not on this machine, and without TLS anyone"],
    [{ ...joining, advertise: "10.0.0.7:1" }, "10.0.0.7:1 is not on this machine, and without TLS anyone"],
    [{ ...local, tls: { key: "k", cert: "c" } }, "needs the option tls.ca"],
    [{ ...local, tls: { key: "", cert: "c", ca: "a" } }, "option tls.key must be PEM"],
    [{ ...local, tls: { key: "k", cert: Buffer.alloc(0), ca: "a" } }, "option tls.cert must be PEM"],
    [
      { ...local, tls: { key: "k", cert: "c", ca: 5 } },
      "option tls.ca must be PEM, as a string or a Buffer, or a non-empty list of them, but it is 5",
    ],
    [
      { ...local, tls: { key: "k", cert: "c", ca: "a", passphrase: 5 } },
      "option tls.passphrase must be a string, but it is 5",
    ],
    [{ ...local, tls: { key: "k", cert: "c", ca: [] } }, "option tls.ca must be PEM"],
    [
      { ...local, tls: { key: 5, cert: "c", ca: "a" } },
      "option tls.key must be PEM, as a string or a Buffer, but it is 5",
    ],
    [{ ...local, tls: { key: ["k"], cert: "c", ca: "a" } }, "option tls.key must be PEM"],
    [
      { ...local, tls: { key: "k", cert: "c", ca: "a", pasphrase: "x" } },
      "has no option tls.pasphrase; the options are key, cert, ca, passphrase; did you mean tls.passphrase?",
    ],
    [{ ...local, limits: ["x"] }, ""],
    [{ ...local, limits: 5 }, "option limits must be"],
    [{ ...local, limits: null }, "option limits must be"],
    [{ ...local, limits: { maxmessageBytes: 100_000 } }, "did you mean limits.maxMessageBytes?"],
    [{ ...local, limits: { maxConnections: 0 } }, "limits.maxConnections must be a whole number from 1, but it is 0"],
    [
      { ...local, limits: { maxConnections: 1.5 } },
      "limits.maxConnections must be a whole number from 1, but it is 1.5",
    ],
    [{ ...local, limits: { maxConnections: Number.NaN } }, "but it is NaN"],
    [{ ...local, limits: { maxQueuedBytes: Number.POSITIVE_INFINITY } }, "but it is Infinity"],
    [
      { ...local, limits: { maxMessageBytes: "100000" } },
      'limits.maxMessageBytes must be a whole number from 1400 to 268435456, but it is "100000"',
    ],
    [
      { ...local, limits: { maxMessageBytes: 1_399 } },
      "limits.maxMessageBytes must be a whole number from 1400 to 268435456, but it is 1399",
    ],
    [
      { ...local, limits: { maxQueuedBytes: 1000 } },
      "limits.maxQueuedBytes must be at least 8392704 (maxMessageBytes and its envelope), but it is 1000",
    ],
    [
      { ...local, limits: { closeTimeout: -1 } },
      "limits.closeTimeout must be a number of ms from 1 to 2147483647, but it is -1",
    ],
    [
      { ...local, limits: { longestSilence: 2 ** 31 } },
      "limits.longestSilence must be a number of ms from 1 to 2147483647",
    ],
    [{ ...local, limits: { longestSilence: "5" } }, 'but it is "5"'],
    [
      { ...local, limits: { shortestPause: 500, longestPause: 200 } },
      "limits.longestPause must be at least limits.shortestPause, 500, but it is 200",
    ],
  ])("rejects %j, and names the allowed values", async (options, problem) => {
    const error = await tcpTransport(options as TcpTransportOptions).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidOptions);
    expect(error).toMatchObject({ code: "TIDECAST_INVALID_OPTIONS" });
    expect((error as Error).message).toMatch(typeof problem === "string" ? escaped(problem) : problem);
  });

  it.each([
    [{ ...joining, join: ["127.0.0.1:1", "localhost:2", "_peer._tcp.example.org"] }],
    [{ ...joining, listen: "0.0.0.0:0", advertise: "127.0.0.1:1", allowPlaintext: true }],
    [{ ...joining, join: ["10.0.0.7:1"], allowPlaintext: true }],
    [{ ...local, listen: "127.0.0.1:0", members: { ...local.members, b: "10.0.0.7:1" }, allowPlaintext: true }],
  ])("accepts %j", async (options) => {
    const transport = await tcpTransport(options);
    expect(transport.address).toMatch(/:[1-9]\d*$/);
    await transport.close();
  });

  it("with a fixed list of members is no way for members to come and go", async () => {
    const transport = await tcpTransport({ ...local, listen: "127.0.0.1:0" });
    onTestFinished(() => transport.close());
    expect(() => tcpMembership(transport)).toThrow(InvalidOptions);
  });

  it("uses the defaults for undefined limits", async () => {
    const limits = { maxMessageBytes: undefined } as unknown as Partial<TcpLimits>;
    const transport = await tcpTransport({ ...local, listen: "127.0.0.1:0", limits });
    onTestFinished(() => transport.close());
    expect(transport.maxMessageBytes).toBe(8 * 2 ** 20);
  });

  it("listens on a port that the system chooses, and reports it", async () => {
    const b = await tcpTransport({ ...local, id: "b", listen: "127.0.0.1:0" });
    onTestFinished(() => b.close());
    expect(b.address).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    const a = await tcpTransport({ id: "a", members: { a: "127.0.0.1:7001", b: b.address }, listen: "localhost:0" });
    onTestFinished(() => a.close());
    const received: unknown[] = [];
    b.onMessage((from, body) => received.push([from, body]));
    a.send("b", { number: 1 });
    await eventually(() => expect(received).toEqual([["a", { number: 1 }]]));
  });

  it("reports the address and the reason if it cannot listen", async () => {
    const [port] = await freePorts(1);
    const members = { a: `127.0.0.1:${port}`, b: "127.0.0.1:7002" };
    const first = await tcpTransport({ id: "a", members });
    onTestFinished(() => first.close());
    await expect(tcpTransport({ id: "a", members })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: listen EADDRINUSE: address already in use`,
    );
    await expect(tcpTransport({ id: "a", members })).rejects.toMatchObject({
      name: "CannotListen",
      code: "TIDECAST_CANNOT_LISTEN",
      cause: { code: "EADDRINUSE" },
    });
  });
});
