/**
 * A cache in memory beside a slow source. Whoever changes the source says which key has changed, and every process that caches it
 * forgets it: the bus carries keys, not data.
 */
export class InvalidatedCache {
  #entries = new Map();
  #node;
  #load;

  /**
   * @param {import("tidecast").TidecastNode<string>} node the bus: with identity `event`, since the same key changes again and again
   * @param {(key: string) => Promise<unknown>} load reads a key from the source
   */
  constructor(node, load) {
    this.#node = node;
    this.#load = load;
    node.on("delivery", ({ value: key }) => this.#entries.delete(key));
    // This process was away for longer than the others keep what happened: anything may have changed.
    node.on("missed", () => this.#entries.clear());
  }

  /** The value of the key: from here, or from the source. */
  get(key) {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = this.#load(key);
      this.#entries.set(key, entry);
      // An error is not worth keeping, nor what was forgotten while it was read.
      entry.catch(() => this.#entries.get(key) === entry && this.#entries.delete(key));
    }
    return entry;
  }

  /** The key has changed at the source: everyone forgets it. Resolves once this process has. */
  invalidate(key) {
    return this.#node.broadcast(key);
  }
}
