import type { MemberId } from "../../domain/ports/transport.js";
import type { Hello } from "./control-lines.js";

/** This node's introduction. */
export class Self {
  private serial = 0;
  /** Address on which this node listens, once it does. */
  listens: string | undefined;

  /** @param life differs for each start of the node */
  constructor(
    readonly id: MemberId,
    private readonly life: string,
  ) {}

  /** The next hello, with a new number. */
  hello(to: MemberId): Hello {
    const { id: from, life, listens } = this;
    return { from, to, life, serial: ++this.serial, ...(listens !== undefined && { listens }) };
  }
}
