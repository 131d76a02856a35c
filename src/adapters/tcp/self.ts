import type { MemberId } from "../../domain/ports/transport.js";
import type { Hello } from "./control-lines.js";

/** This node as it introduces itself. */
export class Self {
  private serial = 0;
  /** Where this node listens, once it does. */
  listens: string | undefined;

  /** @param life another one each time that the node starts */
  constructor(
    readonly id: MemberId,
    private readonly life: string,
  ) {}

  /** The next hello; each has a number of its own. */
  hello(to: MemberId): Hello {
    const { id: from, life, listens } = this;
    return { from, to, life, serial: ++this.serial, ...(listens !== undefined && { listens }) };
  }
}
