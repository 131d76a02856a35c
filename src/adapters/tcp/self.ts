import type { MemberId } from "../../domain/ports/transport.js";
import { COMPACT_VERSION } from "../compact-wire/codec.js";
import type { Hello } from "./control-lines.js";

/** This node's introduction. */
export class Self {
  private serial = 0;
  /** Address on which this node listens, once it does. */
  listens: string | undefined;

  /**
   * @param life differs for each start of the node
   * @param isCompact whether this node uses the compact wire with members that do as well
   */
  constructor(
    readonly id: MemberId,
    private readonly life: string,
    readonly isCompact: boolean,
  ) {}

  /** The next hello, with a new number. */
  hello(to: MemberId): Hello {
    const { id: from, life, listens, isCompact } = this;
    return {
      from,
      to,
      life,
      serial: ++this.serial,
      ...(listens !== undefined && { listens }),
      ...(isCompact && { compact: [COMPACT_VERSION] }),
    };
  }

  /** Whether this node and the sender of `hello` use the compact wire with each other. */
  sharesCompactWire({ compact = [] }: Hello): boolean {
    return this.isCompact && compact.includes(COMPACT_VERSION);
  }
}
