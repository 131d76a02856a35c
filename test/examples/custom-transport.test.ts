import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
// @ts-expect-error: the examples are plain JavaScript
import { workerTransport } from "../../examples/custom-transport/worker-transport.js";
import { transportChecks } from "../../src/testing/transport-compliance.js";

const folder = new URL("../../examples/custom-transport/", import.meta.url);

describe("the example of a custom transport", () => {
  it("delivers the messages of each of three threads to all of them", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [new URL("main.js", folder).pathname]);
    expect(stdout.trim().split("\n").sort()).toEqual(
      ["blue", "green", "red"].map((id) => `${id} knows: blue was here, green was here, red was here`),
    );
  });

  it("takes less than 60 lines", () => {
    expect(readFileSync(new URL("worker-transport.js", folder), "utf8").split("\n").length).toBeLessThan(60);
  });
});

let networks = 0;

describe("the transport of that example", () => {
  const checks = transportChecks(() => {
    const log: string[] = [];
    const name = `check ${++networks}`;
    return {
      open: (id) => workerTransport(id, name, { line: (text: string) => log.push(text) }),
      log,
      forAbsentMember: { maxBytes: 0, keeps: "nothing" },
      forSlowMember: { maxBytes: Number.POSITIVE_INFINITY, keeps: "everything" },
    };
  });
  for (const { name, run } of checks) it(name, run);
});
