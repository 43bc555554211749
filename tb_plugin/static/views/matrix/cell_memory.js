// @ts-check
/**
 * Keeps the cells of a matrix while what they depend on is the same: a step in time
 * marks another column and leaves hundreds of cells as they are. The same cell is
 * the same object, so that nothing below it is described or compared again.
 * @template {object} C
 */
export class CellMemory {
  /** @type {readonly unknown[]} */
  #common = [];
  /** @type {Map<string, {own: readonly unknown[], cell: C}>} */
  #kept = new Map();

  /**
   * @param {readonly unknown[]} common What every cell follows from.
   */
  about(common) {
    if (isSame(common, this.#common)) return;
    this.#common = common;
    this.#kept.clear();
  }

  /**
   * @param {string} name Of the cell.
   * @param {readonly unknown[]} own What this one follows from besides.
   * @param {() => C} make
   * @returns {C}
   */
  cell(name, own, make) {
    const kept = this.#kept.get(name);
    if (kept && isSame(own, kept.own)) return kept.cell;
    if (this.#kept.size >= MAX_CELLS) this.#kept.clear();
    const cell = make();
    this.#kept.set(name, { own, cell });
    return cell;
  }
}

const MAX_CELLS = 8192;

/**
 * @param {readonly unknown[]} a
 * @param {readonly unknown[]} b
 */
const isSame = (a, b) => a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
