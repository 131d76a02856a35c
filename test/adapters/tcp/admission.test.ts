import { expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { Admission } from "../../../src/adapters/tcp/admission.js";
import { resolveLimits } from "../../../src/adapters/tcp/limits.js";
import { RationedLog } from "../../../src/adapters/tcp/rationed-log.js";
import { RecordingLog } from "../../application/recording-ports.js";
import { FakeSocket } from "./fake-socket.js";

it("a connection beyond the limit is not admitted, and reported even if it is closed already", () => {
  const log = new RecordingLog();
  const limits = resolveLimits("tcpTransport", { maxConnections: 1 });
  const admission = new Admission(limits, new RationedLog(log, new FakeClock()));
  const [first, second] = [new FakeSocket("10.0.0.9", 1), new FakeSocket()];
  expect([admission.admit(first), admission.admit(second)]).toEqual([true, false]);
  expect([first.isDestroyed, second.isDestroyed]).toEqual([false, true]);
  expect(log.lines).toEqual([
    "refused a connection from an unknown address: all 1 allowed connections are in use (limits.maxConnections)",
  ]);
});
