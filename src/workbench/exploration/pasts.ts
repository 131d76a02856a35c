/**
 * Numbers for the pasts of nodes: two nodes, in two runs, have the same number exactly if the same things happened to
 * them in the same order. Nodes are deterministic, so they are then in the same state, and have sent the same messages.
 * A state of a cluster is the pasts of its nodes and the messages that never arrived: what is under way follows. So two
 * orders of independent steps lead to one state, without a look into the nodes (Mazurkiewicz traces).
 */
export class Pasts {
  private readonly numbers = new Map<string, number>();

  /** The past that continues another one. */
  after(past: number, event: string): number {
    return this.numberOf(`${past} ${event}`);
  }

  /** The message that a node with this past has sent as its `index`-th one in this step. */
  message(past: number, index: number): number {
    return this.numberOf(`${past} sends ${index}`);
  }

  private numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.numbers.size + 1;
    this.numbers.set(text, number);
    return number;
  }
}
