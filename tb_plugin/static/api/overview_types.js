// @ts-check
/**
 * Shapes of the answer of `overview` (http_api.md), with the keys as they are in
 * JSON. Every list has one entry per step of its layer or stream.
 *
 * @typedef {(number | null)[]} Column
 * @typedef {{low: Column, median: Column, high: Column, mean: Column}} SpreadColumns
 *
 * @typedef {object} OverviewLayer
 * @property {import('./types.js').Kind} kind
 * @property {string} path
 * @property {string} stream
 * @property {number[]} steps
 * @property {Record<string, number>[]} status How many filters or rows have each.
 * @property {boolean[]} unchanged
 * @property {{baseline: (boolean | null)[], previous: (boolean | null)[]}} is_noise
 * @property {Record<string, SpreadColumns>} measures
 * @property {Record<string, Column>} layer_measures
 *
 * @typedef {object} OverviewOutcome
 * @property {string} stream
 * @property {number[]} steps
 * @property {number[]} num_labelled
 * @property {number[]} num_correct
 * @property {number[]} num_flips
 *
 * @typedef {object} FindingTile
 * @property {number} step
 * @property {number} wall_time
 * @property {number} picture_step
 * @property {number} place
 * @property {import('./types.js').Sheet | null} sheet
 * @property {[number, number, number] | null} map_size Rows, height, width.
 * @property {number | null} maximum
 * @property {string | null} image
 *
 * @typedef {object} Finding
 * @property {'good' | 'bad' | 'news' | 'care'} tone
 * @property {string} title
 * @property {string} text
 * @property {import('./types.js').Kind} kind
 * @property {string} stream
 * @property {string} path
 * @property {string | null} item
 * @property {number} step
 * @property {number | null} versus
 * @property {string[]} images
 * @property {FindingTile[]} tiles
 *
 * @typedef {{run: string, layers: OverviewLayer[], outcomes: OverviewOutcome[],
 *   findings: Finding[]}} OverviewAnswer
 */

export {};
