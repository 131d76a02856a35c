import type { MemberId } from "../../domain/ports/transport.js";
import type { Hello } from "./control-lines.js";

/** This node as it introduces itself. */
export class Self {
  private serial = 0;

  /** @param life another one each time that the node starts */
  constructor(
    readonly id: MemberId,
    private readonly life: string,
  ) {}

  /** The next hello; each has a number of its own. */
  hello(to: MemberId): Hello {
    return { from: this.id, to, life: this.life, serial: ++this.serial };
  }
}
