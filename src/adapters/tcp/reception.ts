import { excerpt } from "../../application/wire/excerpt.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { type Hello, readControlLine, writeHello, writeMe, writeRefusal } from "./control-lines.js";
import { firstLine, WentAway } from "./first-line.js";
import type { LinkTable } from "./link-table.js";
import type { Visitor } from "./listener.js";
import { connectionRefused } from "./log-events.js";
import type { RationedLog } from "./rationed-log.js";
import type { Self } from "./self.js";

/** Authenticates visitors, and hands members to their links. Others get only a reason. */
export async function receive(visitor: Visitor, self: Self, links: LinkTable, log: RationedLog): Promise<void> {
  const { socket, origin } = visitor;
  const refuse = (reason: string) => {
    log.ration("refused", connectionRefused({ address: origin, reason }));
    // `end` and not `destroy`, so that the reason still arrives; the time to say hello keeps running.
    socket.end(writeRefusal(reason, false));
    socket.resume();
  };
  let line: Buffer;
  try {
    line = await firstLine(socket);
  } catch (error) {
    // A peer that disconnects was not refused: it may already have a connection.
    if (!(error instanceof WentAway))
      log.ration("refused", connectionRefused({ address: origin, reason: (error as Error).message }));
    socket.destroy();
    return;
  }
  const said = readControlLine(line);
  if (said.kind === "who") {
    const problem = visitor.problemAs(said.from);
    if (problem !== undefined) return refuse(problem);
    socket.end(writeMe(self.id));
    socket.resume();
    return;
  }
  if (said.kind !== "hello") return refuse(said.kind === "unknown" ? said.problem : "it did not say hello");
  const problem = visitor.problemAs(said.from) ?? misunderstanding(said, self.id, links);
  if (problem !== undefined) return refuse(problem);
  const link = links.receive(said.from);
  const hello = self.hello(said.from);
  const introduced = { dialled: false, ownSerial: hello.serial, hello: said };
  if (!link.wants(introduced)) {
    socket.end(writeRefusal("there already is a connection", true));
    socket.resume();
    return;
  }
  visitor.approve();
  socket.write(writeHello(hello));
  link.adopt({ socket, introduced, isCompact: self.sharesCompactWire(said) });
}

function misunderstanding({ from, to }: Hello, self: MemberId, links: LinkTable): string | undefined {
  if (to !== self) return `it wants ${excerpt(to)}, but this is another node`;
  if (links.accepts(from))
    return from === self ? `it uses the id of this node, ${self}; every member needs its own id` : undefined;
  return `${excerpt(from)} is not in this node's member list; add it on every node`;
}
