/** `node measure.js PRESET MEMBERS`: simulates one cluster, and prints its `ScaleRun` as JSON. */
import { FrameWriter } from "../../src/adapters/compact-wire/codec.js";
import { SentNames } from "../../src/adapters/compact-wire/names.js";
import { resolveSettings } from "../../src/application/settings/settings.js";
import { type Prediction, predict } from "../../src/workbench/arithmetic/prediction.js";
import type { Message } from "../../src/workbench/model/message.js";
import type { MessageWatcher } from "../../src/workbench/model/message-watcher.js";
import { DEFAULT_SETTINGS, numberedNodes } from "../../src/workbench/model/settings.js";
import { runSteadily, wholeRounds } from "../../src/workbench/virtual-cluster/steady-state.js";
import type { ScaleRun } from "./scale-run.js";

/** Operations per second, of which half are broadcasts. */
const RATE = 100;
const LATENCY = 100;
/** Messages before this time are not counted, in ms. */
const WARM_UP = 10_000;
const TIME_LIMIT = 25_000;
/** Rest before the final reads, in ms: the last values need a few seconds. */
const QUIESCENCE = 5000;
/** A value of the last seconds may still be on its way at the end of the counted time, in ms. */
const LONGEST_JOURNEY = 3000;

const [preset = "frugal", members = "25"] = process.argv.slice(2) as ["frugal" | "default", string];
const size = Number(members);
const nodeIds = numberedNodes(size);
const node = resolveSettings({ preset });
const settings = {
  ...DEFAULT_SETTINGS,
  nodeIds,
  rate: RATE,
  latency: LATENCY,
  timeLimit: TIME_LIMIT,
  quiescence: QUIESCENCE,
};
const expected = predict(node, settings) as Prediction;
const counted = wholeRounds(WARM_UP, TIME_LIMIT, expected.period);

/** Counts what passes the network within the counted time. */
class Meter implements MessageWatcher {
  bytes = 0;
  readonly loads = new Map<string, number>();
  /** For each value: when the first node got it, and how many others have it since. */
  private readonly values = new Map<unknown, { readonly from: number; others: number; latency?: number }>();
  private readonly writer = new FrameWriter();
  private readonly names = new SentNames();
  private began = 0;

  workloadBegan(at: number): void {
    this.began = at;
  }

  sent(at: number, { src, dest, body }: Message): void {
    if (!this.isCounted(at)) return;
    this.bytes += this.writer.message(body, this.names, { from: src, to: dest })?.length ?? 0;
    for (const id of [src, dest]) this.loads.set(id, (this.loads.get(id) ?? 0) + 1);
  }

  delivered(at: number, { body }: Message): void {
    if (body.type === "broadcast" && this.isCounted(at) && this.isCounted(at + LONGEST_JOURNEY))
      this.values.set(body.message, { from: at, others: 0 });
    if (body.type !== "gossip") return;
    for (const value of body.values as unknown[]) {
      const entry = this.values.get(value);
      // Without faults, a tree and a direct way carry each value to each node once.
      if (entry !== undefined && ++entry.others === size - 1) entry.latency = at - entry.from;
    }
  }

  lost(): void {}

  latencies(): { sorted: number[]; incomplete: number } {
    const latencies = [...this.values.values()].map(({ latency }) => latency);
    const sorted = latencies.filter((latency) => latency !== undefined).sort((a, b) => a - b);
    return { sorted, incomplete: latencies.length - sorted.length };
  }

  private isCounted(at: number): boolean {
    return at - this.began >= counted.from && at - this.began < counted.to;
  }
}

const meter = new Meter();
const { result, steadyMessagesPerOperation } = runSteadily(
  { node, settings, limits: {}, listener: { messages: meter } },
  counted,
);
const seconds = (counted.to - counted.from) / 1000;
const perSecond = (id: string) => (meter.loads.get(id) ?? 0) / seconds;
const [root = "", ...others] = nodeIds;
const { sorted, incomplete } = meter.latencies();
const { user, system } = process.cpuUsage();
const run: ScaleRun = {
  preset,
  members: size,
  height: expected.height,
  period: expected.period,
  messagesPerOperation: steadyMessagesPerOperation,
  expectedMessages: expected.messagesPerOperation,
  latency: { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN },
  expectedLatency: expected.latencies,
  bytesPerOperation: meter.bytes / (RATE * seconds),
  load: {
    root: perSecond(root),
    busiestOther: others.reduce((most, id) => Math.max(most, perSecond(id)), 0),
    mean: nodeIds.reduce((sum, id) => sum + perSecond(id), 0) / size,
  },
  cpuSeconds: (user + system) / 1e6,
  megabytes: process.resourceUsage().maxRSS / 1024,
  seconds: (TIME_LIMIT + QUIESCENCE) / 1000,
  lost: result.lostCount + result.missingCount,
  incomplete,
  node: process.version,
};
console.log(JSON.stringify(run));
