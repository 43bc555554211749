// @ts-check
/**
 * Groups the measures of one filter or row for the detail.
 *
 * A measure that no group has is shown by its name: others may come.
 */

/** @typedef {[string, number | null][]} Measures */

/** @type {readonly {title: string, prefix: string, isCorrelation: boolean}[]} */
const CHANGES = [
  { title: 'Picture', prefix: 'correlation_', isCorrelation: true },
  { title: 'Texture', prefix: 'spectrum_correlation_', isCorrelation: true },
  { title: 'Heatmap', prefix: 'rank_correlation_', isCorrelation: true },
  { title: 'Center', prefix: 'centre_shift_', isCorrelation: false },
  { title: 'Weights', prefix: 'weight_change_', isCorrelation: false },
  { title: 'On images', prefix: 'held_out_change_', isCorrelation: false },
  { title: 'On the pool', prefix: 'response_correlation_', isCorrelation: true },
];
export const SINCE = /** @type {const} */ (['baseline', 'previous', 'floor', 'seed']);
const SANITY = ['rank_correlation_shuffled_head', 'rank_correlation_shuffled_weights'];

/** @type {readonly {title: string, names: readonly (readonly [string, string])[]}[]} */
export const GROUPS = [
  {
    title: 'On the held-out images',
    names: [
      ['held_out_best', 'Activation, best image'],
      ['held_out_mean', 'Activation, mean'],
    ],
  },
  {
    title: 'Inside the boxes',
    names: [
      ['energy_inside', 'Energy inside'],
      ['pointing_hit', 'Peak inside'],
      ['iou', 'Overlap (IoU)'],
    ],
  },
  {
    title: 'Faithfulness',
    names: [
      ['faithfulness', 'Of this heatmap'],
      ['faithfulness_centre', 'Of a bump in the center'],
    ],
  },
  {
    title: 'Place',
    names: [
      ['centre_x', 'Center, from the left'],
      ['centre_y', 'Center, from above'],
      ['covered_area', 'Covered area'],
      ['entropy', 'Spread (entropy)'],
      ['border_energy', 'Energy at the border'],
      ['upper_left_energy', 'Energy upper left'],
      ['upper_right_energy', 'Energy upper right'],
      ['lower_left_energy', 'Energy lower left'],
      ['lower_right_energy', 'Energy lower right'],
    ],
  },
];

/**
 * Change of the picture, 1 - its correlation; null if it was not measured.
 * @param {Measures | undefined} measures
 * @param {string} since
 */
export function changeOf(measures, since) {
  const names = [`correlation_${since}`, `rank_correlation_${since}`];
  const value = measures?.find(([name]) => names.includes(name))?.[1] ?? null;
  return value === null ? null : 1 - value;
}

/**
 * @param {Measures} measures
 * @param {string} name
 */
export const measure = (measures, name) => measures.find(([each]) => each === name)?.[1] ?? null;

/**
 * The measures, with the layer's noise floor where this filter has none of its own: the
 * correlation that nine in ten of the filters drawn again exceed. The findings use the
 * same.
 * @param {Measures} measures
 * @param {Readonly<Record<string, readonly (number | null)[]>>} ofLayer A value per filter.
 * @returns {Measures}
 */
export const withFloor = (measures, ofLayer) =>
  measures.map(([name, value]) =>
    value !== null || !/_(floor|seed)$/.test(name)
      ? [name, value]
      : [name, lowestTenth(ofLayer[name] ?? [])],
  );

/**
 * The lowest tenth of the values, linear between neighbors; null if there are none.
 * @param {readonly (number | null)[]} values
 */
function lowestTenth(values) {
  const ordered = values.filter((each) => each !== null).sort((a, b) => a - b);
  if (!ordered.length) return null;
  const at = 0.1 * (ordered.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, ordered.length - 1);
  return ordered[below] + (at - below) * (ordered[above] - ordered[below]);
}

/**
 * A table of changes: what changed, since when.
 * @param {Measures} measures
 * @returns {{title: string, values: (number | null)[]}[]} A value per `SINCE`.
 */
export function changeTable(measures) {
  const known = new Map(measures);
  return CHANGES.flatMap(({ title, prefix, isCorrelation }) => {
    const values = SINCE.map((since) => {
      const value = known.get(prefix + since) ?? null;
      return value !== null && isCorrelation ? 1 - value : value;
    });
    const isThere = SINCE.some((since) => known.has(prefix + since));
    return isThere ? [{ title, values }] : [];
  });
}

/**
 * The measures that no group, table or picture shows.
 * @param {Measures} measures
 */
export function otherMeasures(measures) {
  const grouped = new Set(GROUPS.flatMap(({ names }) => names.map(([name]) => name)));
  const inTable = new Set(CHANGES.flatMap(({ prefix }) => SINCE.map((since) => prefix + since)));
  return measures.filter(
    ([name]) =>
      !grouped.has(name) &&
      !inTable.has(name) &&
      !SANITY.includes(name) &&
      !name.startsWith('crop_'),
  );
}
