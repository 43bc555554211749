// @ts-check
/** The captures of one layer, each with its moment: the columns of a matrix. */

/** @typedef {import('./axis.js').Tick} Tick */
/** @typedef {import('../api/types.js').Kind} Kind */
/** @typedef {import('../api/types.js').LayerAnswer} LayerAnswer */
/** @typedef {import('../api/types.js').CaptureBase} CaptureBase */

/**
 * @typedef {object} PictureKey Where the picture of one capture lies.
 * @property {string} key Names run, layer, step and version.
 * @property {number} step
 * @property {string} version
 * @property {number} cost Bytes that it takes once decoded, about.
 */

/**
 * @template C
 * @typedef {object} Column
 * @property {number} index
 * @property {number} step
 * @property {Tick} tick
 * @property {C} capture
 * @property {PictureKey | null} picture Null where the picture is not there.
 */

/**
 * @template {CaptureBase} C
 * @param {LayerAnswer} answer
 * @param {readonly Tick[]} ticks
 * @param {(capture: C) => number} cost
 * @returns {Column<C>[]} Ascending steps; a capture that the axis lacks is left out.
 */
export function columnsOf(answer, ticks, cost) {
  const byStep = new Map(ticks.map((tick) => [tick.step, tick]));
  /** @type {Column<C>[]} */
  const columns = [];
  for (const each of answer.captures) {
    const capture = /** @type {C} */ (/** @type {unknown} */ (each));
    const tick = byStep.get(capture.step);
    if (!tick) continue;
    const picture = pictureKey(answer, capture, cost(capture));
    columns.push({ index: columns.length, step: capture.step, tick, capture, picture });
  }
  return columns;
}

/**
 * @param {LayerAnswer} layer
 * @param {CaptureBase} capture
 * @param {number} cost
 * @returns {PictureKey | null}
 */
function pictureKey({ run, kind, path }, { picture_step: step, version }, cost) {
  if (version === null) return null;
  return { key: JSON.stringify([run, kind, path, step, version]), step, version, cost };
}
