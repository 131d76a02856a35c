/**
 * A cache in memory in front of a slow source. A process that changes the source broadcasts the key, and every process drops its
 * cached entry: the bus carries keys, not data.
 */
export class InvalidatedCache {
  #entries = new Map();
  #node;
  #load;

  /**
   * @param {import("tidecast").TidecastNode<string>} node the bus; it needs identity `event`, since the same key changes repeatedly
   * @param {(key: string) => Promise<unknown>} load reads a key from the source
   */
  constructor(node, load) {
    this.#node = node;
    this.#load = load;
    node.on("delivery", ({ value: key }) => this.#entries.delete(key));
    // This process was away for longer than the others keep values, so any key may have changed.
    node.on("missed", () => this.#entries.clear());
  }

  /** The value of the key: from the cache, or from the source. */
  get(key) {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = this.#load(key);
      this.#entries.set(key, entry);
      // Errors are not cached, and neither is a value whose key changed while it was read.
      entry.catch(() => this.#entries.get(key) === entry && this.#entries.delete(key));
    }
    return entry;
  }

  /** Announces a change of the key: all processes drop it. Resolves once this process has done so. */
  invalidate(key) {
    return this.#node.broadcast(key);
  }
}
