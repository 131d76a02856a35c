import { expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { lengthOf } from "../../../src/workbench/model/spans.js";
import type { Worker } from "../../../src/workbench/model/worker.js";
import { Workload } from "../../../src/workbench/model/workload.js";

/** A clock whose tasks may run too late. */
class LateClock extends FakeClock {
  lateness = 0;

  override now(): number {
    return super.now() + this.lateness;
  }
}

/** Starts a load of 1 s whose clients wait for `busy` ms with each operation. */
function load(workers: number, busy: number) {
  const clock = new LateClock();
  const clients = Array.from({ length: workers }, () => {
    const worker = { free: true, perform: (_: unknown, done: () => void) => occupy(done) };
    const occupy = (done: () => void) => {
      worker.free = false;
      clock.schedule(busy, () => {
        worker.free = true;
        done();
      });
    };
    return worker as unknown as Worker;
  });
  const workload = new Workload(
    { workers: clients, clock, random: new SeededRandom(1), drained: () => {} },
    { rate: 100, timeLimit: 1000 },
  );
  workload.start();
  return { clock, workload };
}

it("operations wait for nodes no longer than the load lasts, even if the bench notices its end too late", () => {
  const { clock, workload } = load(1, 5000);
  clock.advance(900);
  clock.lateness = 4000;
  clock.advance(200);
  const waited = lengthOf(workload.waitsForNodes);
  expect(waited).toBeGreaterThan(900);
  expect(waited).toBeLessThanOrEqual(1000);
});

it("operations do not begin after that because of the bench", () => {
  const { clock, workload } = load(1000, 0);
  clock.advance(900);
  clock.lateness = 4000;
  clock.advance(200);
  const late = lengthOf(workload.ownDelays);
  expect(late).toBeGreaterThan(50);
  expect(late).toBeLessThanOrEqual(101);
});
