import { once } from "node:events";
import { connect as connectPlain, Server } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Address } from "../../../src/adapters/tcp/address.js";
import type { TlsCredentials } from "../../../src/adapters/tcp/certificates.js";
import { nodeSockets } from "../../../src/adapters/tcp/sockets/node-sockets.js";
import type { Socket } from "../../../src/adapters/tcp/sockets/socket.js";
import { createAuthority, issue } from "../../support/certificates.js";
import { FakeSocket } from "./fake-socket.js";
import { until } from "./support.js";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

/** A server that listens, and what it hears. With credentials it secures each connection. */
async function serving(credentials?: TlsCredentials) {
  const heard = { came: [] as Socket[], secured: [] as Socket[], insecure: [] as unknown[], failed: [] as Error[] };
  const server = nodeSockets.serve(
    {
      connected: (socket) => {
        heard.came.push(socket);
        socket.on("error", () => {});
        if (credentials) server.secure(socket, (secure) => heard.secured.push(secure));
      },
      insecure: (error: NodeJS.ErrnoException, address) => heard.insecure.push([error.code, address]),
      failed: (error) => heard.failed.push(error),
    },
    credentials,
  );
  const address = await server.listen(LOOPBACK);
  onTestFinished(async () => {
    for (const socket of [...heard.came, ...heard.secured]) socket.destroy();
    await server.close();
  });
  return { ...heard, server, address };
}

function connected(address: Address, security?: Parameters<typeof nodeSockets.connect>[1]) {
  const { socket, opened } = nodeSockets.connect(address, security);
  socket.on("error", () => {});
  opened.catch(() => {});
  onTestFinished(() => void socket.destroy());
  return { socket, opened };
}

describe("a server on the system's sockets", () => {
  it("says at which port it listens, and passes on the connections that come", async () => {
    const { address, came } = await serving();
    expect(address).toEqual({ host: "127.0.0.1", port: expect.any(Number) });
    expect(address.port).toBeGreaterThan(0);
    const { opened } = connected(address);
    await opened;
    await until(() => came.length === 1, "the connection");
    expect(came[0]?.remoteAddress).toBe("127.0.0.1");
  });

  it("cannot listen at an address that is in use", async () => {
    const { address } = await serving();
    const other = nodeSockets.serve({ connected: () => {}, insecure: () => {}, failed: () => {} }, undefined);
    await expect(other.listen(address)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("listens for itself in a worker of node:cluster, and reports connections that cannot be accepted", async () => {
    const listen = vi.spyOn(Server.prototype, "listen");
    onTestFinished(() => listen.mockRestore());
    const { failed } = await serving();
    expect(listen.mock.calls[0]?.[0]).toMatchObject({ exclusive: true });
    const error = new Error("EMFILE: too many open files");
    for (let time = 0; time < 2; time++) (listen.mock.contexts[0] as Server).emit("error", error);
    expect(failed).toEqual([error, error]);
  });

  it("is closed once all its connections are", async () => {
    const { address, server, came } = await serving();
    const { socket, opened } = connected(address);
    await opened;
    await until(() => came.length === 1, "the connection");
    let isClosed = false;
    const closed = server.close().then(() => {
      isClosed = true;
    });
    await expect(connected(address).opened).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(isClosed).toBe(false);
    socket.destroy();
    came[0]?.destroy();
    await closed;
  });
});

describe("a connection on the system's sockets", () => {
  it("is not opened if no process listens there, or if it is given up before", async () => {
    const { address, server } = await serving();
    const given = connected(address);
    given.socket.destroy();
    await expect(given.opened).rejects.toThrow(/^it closed the connection$/);
    const failed = connected(address);
    failed.socket.destroy(new Error("it takes too long"));
    await expect(failed.opened).rejects.toThrow(/^it takes too long$/);
    await server.close();
    await expect(connected(address).opened).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("has no problem with any id without TLS", async () => {
    const { socket } = connected((await serving()).address);
    expect(nodeSockets.problemOfPeer(socket, "anyone")).toBe(undefined);
  });
});

describe("a connection with TLS on the system's sockets", () => {
  async function secured() {
    const authority = await createAuthority();
    const [a, b] = [await issue(authority, "a"), await issue(authority, "b")];
    return { authority, a, b, ...(await serving(a)) };
  }

  it("is judged by both ends: each knows who the other one is", async () => {
    const { b, address, secured: ends } = await secured();
    const { socket, opened } = connected(address, { credentials: b, peer: "a" });
    await opened;
    await until(() => ends.length === 1, "the secure connection");
    expect(nodeSockets.problemOfPeer(ends[0] as Socket, "b")).toBe(undefined);
    expect(nodeSockets.problemOfPeer(ends[0] as Socket, "c")).toBe(
      "its certificate does not name c: its subjectAltName is URI:tidecast:b",
    );
    expect(nodeSockets.problemOfPeer(socket, "a")).toBe(undefined);
    (ends[0] as Socket).write("hello");
    const [bytes] = (await once(socket as never, "data")) as [Buffer];
    expect(String(bytes)).toBe("hello");
  });

  it("to another member than expected is not opened; without an expectation it is", async () => {
    const { b, address } = await secured();
    await expect(connected(address, { credentials: b, peer: "c" }).opened).rejects.toThrow(
      /^its certificate does not name c: its subjectAltName is URI:tidecast:a$/,
    );
    await connected(address, { credentials: b, peer: undefined }).opened;
  });

  it("needs a certificate of the trusted authority on the side of the server, for every expected member", async () => {
    const { address } = await secured();
    const other = await issue(await createAuthority(), "b");
    await expect(connected(address, { credentials: other, peer: undefined }).opened).rejects.toThrow(
      /self-signed certificate|unable to verify/,
    );
  });

  it("without a certificate, or with one of another authority, reaches the server, which can say why", async () => {
    const { address, secured: ends } = await secured();
    const { key, cert } = await issue(await createAuthority(), "b");
    for (const own of [{}, { key: key as string, cert: cert as string }]) {
      const socket = connectTls({ ...address, ...own, rejectUnauthorized: false });
      socket.on("error", () => {});
      onTestFinished(() => void socket.destroy());
    }
    await until(() => ends.length === 2, "both connections");
    expect(ends.map((socket) => nodeSockets.problemOfPeer(socket, "b")).sort()).toEqual([
      "it has no certificate",
      "its certificate is invalid: UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    ]);
  });

  it("is refused below TLS 1.3, and to a process that speaks no TLS, with the address of that process", async () => {
    const { address, insecure, secured: ends, came } = await secured();
    const plain = connectPlain(address);
    plain.on("error", () => {});
    await once(plain, "connect");
    const port = plain.localPort;
    plain.write("GET / HTTP/1.1\r\n\r\n");
    await until(() => insecure.length === 1, "the refusal");
    expect(insecure[0]).toEqual([expect.stringMatching(/^ERR_SSL_/), `127.0.0.1:${port}`]);
    await until(() => plain.destroyed, "the connection to be closed");
    const old = connectTls({ ...address, maxVersion: "TLSv1.2", rejectUnauthorized: false });
    old.on("error", () => {});
    await until(() => insecure.length === 2, "the second refusal");
    expect(ends).toEqual([]);
    await until(() => came.every(({ writable }) => !writable), "both connections to be closed");
  });

  it("keeps nothing of connections that are closed, and survives what comes of them later", async () => {
    const { b, address, server, secured: ends, came } = await secured();
    // Nothing else shows what a server keeps, and that TLS stands only after its connection was closed.
    const { beginning, tls } = server as unknown as { beginning: Map<string, unknown>; tls: Server };
    const { socket, opened } = connected(address, { credentials: b, peer: "a" });
    await opened;
    await until(() => ends.length === 1, "the secure connection");
    expect(() => (ends[0] as unknown as FakeSocket).emit("error", new Error("it broke"))).not.toThrow();
    expect(beginning.size).toBe(1);
    let isClosed = false;
    came[0]?.once("close", () => {
      isClosed = true;
    });
    socket.destroy();
    ends[0]?.destroy();
    await until(() => isClosed, "the connection to be closed");
    expect(beginning.size).toBe(0);
    const late = new FakeSocket();
    tls.emit("secureConnection", late);
    expect(late.isDestroyed).toBe(true);
  });

  it("shows the new certificate once it is renewed", async () => {
    const { authority, b, address, server } = await secured();
    server.renew(await issue(authority, "c"));
    await connected(address, { credentials: b, peer: "c" }).opened;
    const plain = await serving();
    plain.server.renew(b);
    await connected(plain.address).opened;
  });
});
