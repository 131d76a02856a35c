import type { Random } from "../../../domain/ports/random.js";
import { pick } from "../chance.js";
import type { NetworkConditions } from "../network-conditions.js";
import type { Fault } from "./fault.js";
import { drawPartition, PARTITION_KINDS } from "./partitions.js";

/** Partitions of every kind, drawn anew each time. */
export class PartitionFault implements Fault {
  readonly name = "partition";

  constructor(
    private readonly nodes: readonly string[],
    private readonly conditions: NetworkConditions,
    private readonly random: Random,
  ) {}

  start(): string {
    const { kind, cuts, detail } = drawPartition(pick(PARTITION_KINDS, this.random), this.nodes, this.random);
    this.conditions.cut(cuts);
    return `${kind}: ${detail}`;
  }

  stop(whole: (detail: string) => void): void {
    this.conditions.heal();
    whole("healed");
  }
}
