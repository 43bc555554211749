// @ts-check
/**
 * A cache within a bound of bytes: what was used longest ago leaves first.
 * @template T
 */
export class Cache {
  /** @type {Map<string, {item: T, cost: number}>} In the order of use. */
  #kept = new Map();
  #cost = 0;

  /**
   * @param {number} maxCost
   * @param {(item: T) => void} onLeave
   */
  constructor(maxCost, onLeave) {
    this.maxCost = maxCost;
    this.onLeave = onLeave;
  }

  /**
   * @param {string} key
   * @returns {T | undefined}
   */
  get(key) {
    return this.#kept.get(key)?.item;
  }

  /**
   * Mark an item as used just now, so that it leaves last.
   * @param {string} key
   */
  touch(key) {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
  }

  /**
   * @param {string} key
   * @param {T} item
   * @param {number} cost
   */
  put(key, item, cost) {
    this.#leave(key);
    this.#kept.set(key, { item, cost });
    this.#cost += cost;
    for (const oldest of this.#kept.keys()) {
      if (this.#cost <= this.maxCost || oldest === key) return;
      this.#leave(oldest);
    }
  }

  /** @param {string} key */
  #leave(key) {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#kept.delete(key);
    this.#cost -= kept.cost;
    this.onLeave(kept.item);
  }
}
