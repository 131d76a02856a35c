import { excerpt } from "../../application/wire/excerpt.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { type Hello, readControlLine, writeHello, writeRefusal } from "./control-lines.js";
import { firstLine, WentAway } from "./first-line.js";
import type { Visitor } from "./listener.js";
import type { PeerLink } from "./peer-link.js";
import type { RationedLog } from "./rationed-log.js";
import type { Self } from "./self.js";

/** Finds out who a visitor is, and hands a member to its link. Nobody else gets more than a reason. */
export async function receive(
  visitor: Visitor,
  self: Self,
  links: ReadonlyMap<MemberId, PeerLink>,
  log: RationedLog,
): Promise<void> {
  const { socket, origin } = visitor;
  const refuse = (reason: string) => {
    log.ration("refused", `refused a connection from ${origin}: ${reason}`);
    // `end` and not `destroy`, so that the reason still gets there; the time to say hello goes on running out.
    socket.end(writeRefusal(reason, false));
    socket.resume();
  };
  let line: Buffer;
  try {
    line = await firstLine(socket);
  } catch (error) {
    // Who goes away was not refused: it may have found that it has a connection already.
    if (!(error instanceof WentAway))
      log.ration("refused", `refused a connection from ${origin}: ${(error as Error).message}`);
    socket.destroy();
    return;
  }
  const said = readControlLine(line);
  if (said.kind !== "hello") return refuse(said.kind === "unknown" ? said.problem : "it did not say hello");
  const problem = visitor.problemAs(said.from) ?? misunderstanding(said, self.id, links);
  if (problem !== undefined) return refuse(problem);
  const link = links.get(said.from) as PeerLink;
  const hello = self.hello(said.from);
  const introduced = { dialled: false, ownSerial: hello.serial, hello: said };
  if (!link.wants(introduced)) {
    socket.end(writeRefusal("there is a connection already", true));
    socket.resume();
    return;
  }
  visitor.approve();
  socket.write(writeHello(hello));
  link.adopt({ socket, introduced });
}

function misunderstanding(
  { from, to }: Hello,
  self: MemberId,
  links: ReadonlyMap<MemberId, PeerLink>,
): string | undefined {
  if (to !== self) return `it looks for ${excerpt(to)}, and this is another node`;
  return links.has(from) ? undefined : `${excerpt(from)} is no other member of this cluster`;
}
