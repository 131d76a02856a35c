import { describe, expect, it, onTestFinished, vi } from "vitest";
import { isRunning, thisProcess } from "../../../src/adapters/journal-file/process-identity.js";
import { failWith, replaceCalls, systemError } from "./system-calls.js";

/** The status of a process as Linux shows it: field 3 is the state, and every further field its own number. */
const statusIn = (state: string) =>
  ["1", "(a) name)", state, ...Array.from({ length: 30 }, (_, index) => index + 4)].join(" ");

/** A system whose files have these contents: the id of the boot, and the status of every process. */
function systemWith({ boot, status }: { boot?: string; status?: string }): void {
  replaceCalls({
    readFileSync: (path: string) => {
      const text = path.endsWith("boot_id") ? boot : status;
      if (text === undefined) throw systemError("ENOENT");
      return `${text}\n`;
    },
  });
}

/** Sets the answer of the system to the question whether a process runs. */
function whenAsked(answer: () => true): void {
  const kill = vi.spyOn(process, "kill").mockImplementation(answer);
  onTestFinished(() => kill.mockRestore());
}

describe("on Linux, a process", () => {
  it("is identified by the boot and its start in field 22", () => {
    systemWith({ boot: "a-boot", status: statusIn("S") });
    expect(thisProcess()).toEqual({ id: process.pid, started: "a-boot/22" });
    expect(isRunning({ id: 5, started: "a-boot/22" })).toBe(true);
    expect(isRunning({ id: 5, started: "a-boot/23" })).toBe(false);
  });

  it.each(["Z", "X"])("in the state %s is dead", (state) => {
    systemWith({ boot: "a-boot", status: statusIn(state) });
    expect(isRunning({ id: 5, started: "a-boot/22" })).toBe(false);
  });
});

describe.each([
  ["tells nothing", {}],
  ["hides the boot", { status: statusIn("S") }],
  ["hides the process", { boot: "a-boot" }],
])("on a system that %s, a process", (_, files) => {
  it("has no known start", () => {
    systemWith(files);
    expect(thisProcess()).toEqual({ id: process.pid, started: "" });
  });

  it("runs if the system accepts or forbids a signal to it, and only then", () => {
    systemWith(files);
    const other = { id: 5, started: "" };
    whenAsked(() => true);
    expect(isRunning(other)).toBe(true);
    whenAsked(failWith("EPERM"));
    expect(isRunning(other)).toBe(true);
    whenAsked(failWith("ESRCH"));
    expect(isRunning(other)).toBe(false);
  });
});
