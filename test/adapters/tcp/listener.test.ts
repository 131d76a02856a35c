import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { resolveLimits } from "../../../src/adapters/tcp/limits.js";
import { Listener } from "../../../src/adapters/tcp/listener.js";
import { RationedLog } from "../../../src/adapters/tcp/rationed-log.js";
import type { ServerListener, Sockets } from "../../../src/adapters/tcp/sockets/sockets.js";
import { simulatedCredentials } from "../../../src/workbench/simulation/sockets/network/certificate.js";
import { RecordingLog } from "../../application/recording-ports.js";
import { FakeSocket } from "./fake-socket.js";

const ADDRESS = { host: "127.0.0.1", port: 7000 };

/** A listener on a server whose events the test makes. */
function listening(problem?: Error) {
  const log = new RecordingLog();
  const clock = new FakeClock();
  const renewed: unknown[] = [];
  const events: ServerListener[] = [];
  const sockets: Partial<Sockets> = {
    serve: (listener) => {
      events.push(listener);
      return {
        listen: (address) =>
          problem === undefined ? Promise.resolve({ ...address, port: 7 }) : Promise.reject(problem),
        secure: () => {},
        renew: (credentials) => renewed.push(credentials),
        close: () => Promise.resolve(),
      };
    },
  };
  const deps = { clock, log: new RationedLog(log, clock), sockets: sockets as Sockets, credentials: undefined };
  const listener = new Listener(deps, resolveLimits("tcpTransport"), () => {});
  return { listener, server: events[0] as ServerListener, log, clock, renewed };
}

const failure = (code: string) => Object.assign(new Error(`${code}: a reason`), { code });

describe("Listener", () => {
  it("says where it listens, with the port that the system chose", async () => {
    expect(await listening().listener.listen({ ...ADDRESS, port: 0 })).toEqual({ host: "127.0.0.1", port: 7 });
  });

  it("names the address and the reason if it cannot listen", async () => {
    const cause = failure("EACCES");
    await expect(listening(cause).listener.listen(ADDRESS)).rejects.toMatchObject({
      name: "CannotListen",
      code: "TIDECAST_CANNOT_LISTEN",
      message: "cannot listen on 127.0.0.1:7000: EACCES: a reason",
      cause,
    });
  });

  it("reports connections that could not be accepted, now and then", () => {
    const { server, log, clock } = listening();
    for (let time = 0; time < 12; time++) {
      server.failed(failure("EMFILE"));
      clock.advance(1_000);
    }
    const text = "could not accept a connection: EMFILE: a reason";
    expect(log.events).toMatchObject([
      { code: "accept-failed", level: "error", text },
      { code: "accept-failed", level: "error", text: `${text} (9 similar lines omitted before)` },
    ]);
  });

  it("reports connections on which TLS failed, unless the other end has gone away", () => {
    const { server, log, clock } = listening();
    server.insecure(failure("ECONNRESET"), "10.0.0.9:1");
    expect(log.lines).toEqual([]);
    server.insecure(failure("ERR_SSL_HTTP_REQUEST"), "10.0.0.9:1");
    clock.advance(10_000);
    server.insecure(new Error("a reason without a code"), undefined);
    expect(log.lines).toEqual([
      "refused a connection from 10.0.0.9:1: ERR_SSL_HTTP_REQUEST",
      "refused a connection from an unknown address: a reason without a code",
    ]);
  });

  it("cuts off a connection that breaks before it is known where it came from", () => {
    const { server, log, clock } = listening();
    const socket = new FakeSocket();
    server.connected(socket);
    socket.emit("error", failure("ECONNRESET"));
    clock.advance(5_000);
    expect(socket.isDestroyed).toBe(true);
    expect(log.lines).toEqual([
      "refused a connection from nowhere: it did not authenticate within 5000 ms (limits.authenticationTimeout)",
    ]);
  });

  it("shows another certificate once it is renewed", () => {
    const { listener, renewed } = listening();
    const credentials = simulatedCredentials("ours", "a");
    listener.renew(credentials);
    expect(renewed).toEqual([credentials]);
  });
});
