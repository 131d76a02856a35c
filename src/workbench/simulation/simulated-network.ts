import type { FakeClock } from "../../adapters/fake-clock/fake-clock.js";
import type { Random } from "../../domain/ports/random.js";
import type { Message } from "../model/message.js";
import { between, drawLatency } from "./chance.js";
import type { Fault, LatencyModel, PartitionFault } from "./scenario.js";

type LinkFault = Exclude<Fault, { kind: "crash" | "pause" | "rival" | "disk" }>;

/** Fate of a message, for the trace. Times in ms. */
export type Fate =
  | { readonly kind: "sent"; readonly arrivals: readonly number[] }
  | { readonly kind: "lost" }
  | { readonly kind: "cut"; readonly by: "partition" | "cut" };

interface SimulatedNetworkDeps {
  readonly clock: FakeClock;
  readonly random: Random;
  /** Hands over a message when it has arrived. */
  readonly deliver: (from: number, to: number, message: Message) => void;
  /** Called with the fate of each message. */
  readonly tell: (from: number, to: number, message: Message, fate: Fate) => void;
}

/** Carries messages between members according to the scenario. Members are numbers here. */
export class SimulatedNetwork {
  private readonly faults: readonly LinkFault[];
  private readonly sides = new Map<PartitionFault, readonly number[]>();

  constructor(
    private readonly deps: SimulatedNetworkDeps,
    private readonly latency: LatencyModel,
    faults: readonly Fault[],
  ) {
    this.faults = faults.filter(
      (fault): fault is LinkFault => !["crash", "pause", "rival", "disk"].includes(fault.kind),
    );
    for (const fault of this.faults) if (fault.kind === "partition") this.sides.set(fault, placesOf(fault.order));
  }

  send(from: number, to: number, message: Message): void {
    const now = this.deps.clock.now();
    let delay = drawLatency(this.deps.random, this.latency);
    let copies = 1;
    for (const fault of this.faults) {
      if (!("permille" in fault) || now < fault.from || now >= fault.until) continue;
      if (this.deps.random.next() * 1000 >= fault.permille) continue;
      if (fault.kind === "loss") copies = 0;
      else if (fault.kind === "duplication") copies *= 2;
      else delay += between(this.deps.random, 0, fault.extra);
    }
    const arrivals: number[] = [];
    for (let copy = 0; copy < copies; copy++) {
      // A copy has a latency of its own.
      const travel = copy === 0 ? delay : delay + drawLatency(this.deps.random, this.latency);
      arrivals.push(now + travel);
      this.deps.clock.schedule(travel, () => {
        // As in Maelstrom, a partition drops a message at the receiver, when it is due.
        const by = this.cutBetween(from, to);
        if (by === undefined) this.deps.deliver(from, to, message);
        else this.deps.tell(from, to, message, { kind: "cut", by });
      });
    }
    this.deps.tell(from, to, message, copies === 0 ? { kind: "lost" } : { kind: "sent", arrivals });
  }

  private cutBetween(from: number, to: number): "partition" | "cut" | undefined {
    const now = this.deps.clock.now();
    for (const fault of this.faults) {
      if (now < fault.from || now >= fault.until) continue;
      if (fault.kind === "cut" && fault.source === from && fault.target === to) return "cut";
      if (fault.kind === "partition" && this.isParted(fault, from, to)) return "partition";
    }
    return undefined;
  }

  private isParted(fault: PartitionFault, from: number, to: number): boolean {
    const places = this.sides.get(fault) ?? [];
    const [one, other] = [places[from] ?? 0, places[to] ?? 0];
    const count = places.length;
    if (fault.shape === "ring") {
      // In the ring every member hears a majority around it; no two hear the same one.
      const distance = Math.abs(one - other);
      return Math.min(distance, count - distance) > Math.floor((Math.floor(count / 2) + 1) / 2);
    }
    const size = { one: 1, halves: Math.ceil(count / 2), third: Math.floor(count / 3) }[fault.shape];
    return one < size !== other < size;
  }
}

/** The place of each member in the order. */
function placesOf(order: readonly number[]): number[] {
  const places = new Array<number>(order.length).fill(0);
  for (const [place, member] of order.entries()) places[member] = place;
  return places;
}
