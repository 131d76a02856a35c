import { Bench } from "tinybench";
import { parseEnvelope } from "../../src/adapters/json-lines/envelope.js";
import { findInexactNumber } from "../../src/application/wire/exact-numbers.js";
import { ValueLog } from "../../src/domain/values/value-log.js";
import { cost, type Figure, medianFigures } from "./figures.js";

const TEXT = JSON.stringify({ src: "c1", dest: "n0", body: { type: "broadcast", msg_id: 123456, message: 123453 } });
const LINE = Buffer.from(TEXT);
const BATCH = 1000;

/** How often everything is measured: on a busy machine the compiler may be late for a whole round. */
const ROUNDS = 3;

/**
 * Small pieces of the path of a broadcast, each beside the least that could do the same.
 * @param time how long each piece is measured in each round, in ms
 */
export async function measurePieces(time: number): Promise<Figure[]> {
  const found: Figure[] = [];
  for (let round = 0; round < ROUNDS; round++) found.push(...(await measureRound(time)));
  return medianFigures(found);
}

async function measureRound(time: number): Promise<Figure[]> {
  const bench = new Bench({ time, warmupTime: time / 4 });
  bench
    .add("envelope", () => parseEnvelope(LINE))
    .add("JSON.parse", () => JSON.parse(LINE.toString()))
    .add("numbers", () => findInexactNumber(TEXT))
    .add("log", () => {
      const log = new ValueLog("n0@1");
      for (let value = 0; value < BATCH; value++) log.accept(value, 0);
    })
    .add("map", () => {
      const map = new Map();
      for (let value = 0; value < BATCH; value++) map.set(value, { value, acceptedAt: 0 });
    });
  await bench.run();
  // The median: a busy machine pauses a few of the calls, and that is in the mean.
  const medianOf = (name: string) => {
    const samples = bench.getTask(name)?.result?.samples ?? [];
    return 1e6 * (samples[Math.floor(samples.length / 2)] ?? Number.NaN);
  };
  const figure = (name: string, task: string, baseline: string) =>
    cost(`piece: ${name}`, "ns", medianOf(task), medianOf(baseline));
  return [
    figure("parse an envelope, beside JSON.parse", "envelope", "JSON.parse"),
    figure("look for inexact numbers, beside JSON.parse", "numbers", "JSON.parse"),
    figure(`accept ${BATCH} values in a log, beside a Map`, "log", "map"),
  ];
}
