// @ts-check
/**
 * The rows of mean heatmaps: per class, what the heatmaps of all its images share.
 *
 * They stand under the rows of the images; see `MapLayer` in contract/.
 */

/** @typedef {import('./maps.js').MapColumn} MapColumn */
/** @typedef {import('./maps.js').MapRow} MapRow */
/** @typedef {import('./axis.js').PictureKey} PictureKey */

/**
 * The top of the color scale is this many times the share of an even heatmap: one scale
 * for all.
 */
export const FULL_TIMES_EVEN = 12;

/**
 * @param {readonly MapColumn[]} columns
 * @returns {MapRow[]}
 */
export function meanRows(columns) {
  const classes = new Set(columns.flatMap(({ capture }) => capture.record.mean_class));
  return [...classes]
    .sort((a, b) => a - b)
    .map((index) => ({
      name: `mean ${index}`,
      key: `mean ${index}`,
      hash: '',
      image: '',
      target: '',
      isOneOfSeveral: false,
      meanClass: index,
    }));
}

/**
 * Where the mean heatmaps of a capture lie: beside its heatmaps.
 * @param {MapColumn} column
 * @returns {PictureKey | null}
 */
export function meansKey({ picture, capture: { record } }) {
  const cost = 4 * record.mean_class.length * record.height * record.width;
  return picture && cost > 0 ? { ...picture, key: `means ${picture.key}`, cost } : null;
}

/**
 * How many images a mean is of; 0 if the capture has none.
 * @param {MapColumn} column
 * @param {number} meanClass
 */
export function meanCount({ capture: { record } }, meanClass) {
  return record.mean_count[record.mean_class.indexOf(meanClass)] ?? 0;
}
