import { expect, it } from "vitest";
import { freePorts } from "./free-ports.js";

it("No two tests of a process get the same port", async () => {
  const ports: number[] = [];
  // Among 16,000 ports, two of 400 that are chosen by chance are the same in 99 of 100 cases.
  for (let call = 0; call < 20; call++) ports.push(...(await freePorts(20)));
  expect(new Set(ports).size).toBe(400);
});
