import { type ActorId, memberOf } from "./dot.js";

/**
 * Numbers the actors of this process, so that sets of dots are arrays of integers instead of maps of strings. The
 * nodes of one process share the table: a number means the same actor to all of them, and it never leaves the process.
 * The table only grows, like the set of actors that a node knows.
 */
class ActorTable {
  private readonly ids: ActorId[] = [];
  private readonly numbers = new Map<ActorId, number>();
  /** The numbers of each member's actors. */
  private readonly incarnations = new Map<string, number[]>();

  /** Returns the actor's number, a new one if it has none. */
  add(actor: ActorId): number {
    let number = this.numbers.get(actor);
    if (number === undefined) {
      number = this.ids.length;
      this.ids.push(actor);
      this.numbers.set(actor, number);
      const member = memberOf(actor);
      const others = this.incarnations.get(member);
      if (others === undefined) this.incarnations.set(member, [number]);
      else others.push(number);
    }
    return number;
  }

  /** Returns the actor's number; `undefined` if it has none. */
  find(actor: ActorId): number | undefined {
    return this.numbers.get(actor);
  }

  idOf(number: number): ActorId {
    return this.ids[number] as ActorId;
  }

  /** Returns the numbers of the member's incarnations. */
  ofMember(member: string): readonly number[] {
    return this.incarnations.get(member) ?? [];
  }
}

/** The table of this process. */
export const ACTORS = new ActorTable();
