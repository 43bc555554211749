// @ts-check
/** The model of the Overview: series along the time axis, from the answer of `overview`. */

/** @typedef {import('./axis.js').Tick} Tick */
/** @typedef {'baseline' | 'previous'} Since */
/** @typedef {import('../api/types.js').OverviewAnswer} OverviewAnswer */
/** @typedef {import('../api/types.js').OverviewLayer} OverviewLayer */
/** @typedef {import('../api/types.js').Series} Series */

/**
 * @typedef {object} Change Of a layer at one tick; null where it was not drawn.
 * @property {number | null} value Null where it was not measured.
 * @property {boolean} isNoise
 * @property {boolean} isBroken Whether nothing in it is finite.
 *
 * @typedef {object} LayerChange
 * @property {OverviewLayer} layer
 * @property {Record<Since, (Change | null)[]>} changes By tick.
 *
 * @typedef {{word: string, counts: number[]}} StatusSeries How many filters, by tick.
 *
 * @typedef {object} OverviewModel
 * @property {OverviewAnswer} answer
 * @property {LayerChange[]} layers
 * @property {Series} accuracy By tick; null where nothing is labelled.
 * @property {Series} inside Energy inside the boxes, mean of the images, by tick.
 * @property {{name: string, series: Series} | null} corner The corner that ever held
 *   most of the energy.
 * @property {StatusSeries[]} statuses Of all filters drawn, live ones first.
 */

const CORNERS = ['upper_left', 'upper_right', 'lower_left', 'lower_right'];
const NOTABLE_ENERGY = 0.2;

/**
 * @param {OverviewAnswer} answer
 * @param {readonly Tick[]} ticks
 * @returns {OverviewModel}
 */
export function overviewModel(answer, ticks) {
  const steps = ticks.map((tick) => tick.step);
  const maps = answer.layers.findLast((layer) => layer.kind === 'grad_cam');
  const energies = CORNERS.map((name) => ({
    name: `${name.replace('_', '-')} corner`,
    series: meanSeries(maps, `${name}_energy`, steps),
  }));
  const corner = energies.toSorted((a, b) => most(b.series) - most(a.series))[0];
  return {
    answer,
    layers: answer.layers.map((layer) => ({ layer, changes: changesOf(layer, steps) })),
    accuracy: accuracyOf(answer, steps),
    inside: meanSeries(maps, 'energy_inside', steps),
    corner: most(corner.series) >= NOTABLE_ENERGY ? corner : null,
    statuses: statusesOf(answer, steps),
  };
}

/** @param {Series} series */
const most = (series) => series.reduce((/** @type {number} */ a, b) => Math.max(a, b ?? 0), 0);

/** @param {Series} series Whether anything was measured. */
export const isMeasured = (series) => series.some((value) => value !== null);

/**
 * @param {OverviewLayer} layer
 * @param {number[]} steps
 * @returns {Record<Since, (Change | null)[]>}
 */
function changesOf(layer, steps) {
  const at = new Map(layer.steps.map((step, i) => [step, i]));
  /** @param {Since} since */
  const of = (since) =>
    steps.map((step) => {
      const i = at.get(step);
      if (i === undefined) return null;
      if (isBroken(layer.status[i])) return { value: null, isNoise: false, isBroken: true };
      const isNoise = layer.unchanged[i] || layer.is_noise[since][i] === true;
      const value = layer.measures[`change_${since}`]?.median[i] ?? null;
      return { value, isNoise, isBroken: false };
    });
  return { baseline: of('baseline'), previous: of('previous') };
}

/** @param {Record<string, number>} counts By status. */
const isBroken = (counts) => Object.keys(counts).join() === 'not_finite';

/**
 * @param {OverviewLayer | undefined} layer
 * @param {string} name
 * @param {number[]} steps
 * @returns {Series}
 */
function meanSeries(layer, name, steps) {
  const values = layer?.measures[name]?.mean;
  const at = new Map(layer?.steps.map((step, i) => [step, i]));
  return steps.map((step) => values?.[at.get(step) ?? -1] ?? null);
}

/**
 * @param {OverviewAnswer} answer
 * @param {number[]} steps
 * @returns {Series}
 */
function accuracyOf({ outcomes }, steps) {
  return steps.map((step) => {
    const found = outcomes.map((each) => ({ each, i: each.steps.indexOf(step) }));
    const known = found.filter(({ i }) => i >= 0);
    const labelled = sum(known.map(({ each, i }) => each.num_labelled[i]));
    return labelled ? sum(known.map(({ each, i }) => each.num_correct[i])) / labelled : null;
  });
}

/**
 * A layer without patterns in a capture keeps the counts of the capture before.
 * @param {OverviewAnswer} answer
 * @param {number[]} steps
 * @returns {StatusSeries[]}
 */
function statusesOf({ layers }, steps) {
  const patterns = layers.filter((layer) => layer.kind === 'filter_patterns');
  const words = new Set(['live', ...patterns.flatMap((each) => each.status.flatMap(Object.keys))]);
  /** @param {string} word */
  const counts = (word) => {
    const ofLayers = patterns.map((layer) => heldSeries(layer, word, steps));
    return steps.map((_, i) => sum(ofLayers.map((each) => each[i])));
  };
  const all = [...words].map((word) => ({ word, counts: counts(word) }));
  return all.filter((each) => each.counts.some((count) => count > 0));
}

/**
 * @param {OverviewLayer} layer
 * @param {string} word
 * @param {number[]} steps
 */
function heldSeries(layer, word, steps) {
  const at = new Map(layer.steps.map((step, i) => [step, i]));
  let held = 0;
  return steps.map((step) => {
    const i = at.get(step);
    if (i !== undefined) held = layer.status[i][word] ?? 0;
    return held;
  });
}

/**
 * The stream whose held-out images the overview shows.
 * @param {import('../api/types.js').CapturesAnswer | null | undefined} captures
 */
export const mapStream = (captures) =>
  captures?.layers.findLast((layer) => layer.kind === 'grad_cam')?.stream ?? null;

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
