// @ts-check
import { measure } from '../../models/measures.js';
import { className } from '../../models/words.js';
import { chart as plainChart } from '../parts/chart.js';

/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../../models/maps.js').MapCell} MapCell */

/**
 * The numbers of one image over all captures.
 * @param {MapModel} model
 * @param {import('../../models/maps.js').MapRow} row
 * @param {number} index The present capture.
 * @param {string[]} names Of the classes.
 */
export function mapCharts(model, row, index, names) {
  const cells = model.columns.map((column) => model.cell(row, column));
  const now = cells[index];
  if (!now) return null;
  const { label } = now;
  const answer =
    label === null
      ? chart('Output for the prediction', cells, index, (cell) => cell.value)
      : chart(`Output for its label, ${className(names, label)}`, cells, index, (cell) =>
          outputFor(cell, label),
        );
  return [
    answer,
    chart('Largest value of the map', cells, index, (cell) => cell.maximum),
    CHARTED.map(([name, title]) => {
      const isMeasured = cells.some((cell) => cell && measure(cell.measures, name) !== null);
      return isMeasured && chart(title, cells, index, (cell) => measure(cell.measures, name));
    }),
  ];
}

/** @type {[string, string][]} */
const CHARTED = [
  ['energy_inside', 'Energy inside the box'],
  ['centre_shift_baseline', 'Centre moved since the baseline'],
  ['lower_right_energy', 'Energy in the lower-right corner'],
];

/**
 * The output for one class; null where it is not among the largest.
 * @param {MapCell} cell
 * @param {number} of
 */
const outputFor = (cell, of) => cell.best.find(([index]) => index === of)?.[1] ?? null;

/**
 * @param {string} title
 * @param {(MapCell | null)[]} cells
 * @param {number} index
 * @param {(cell: MapCell) => number | null} pick
 */
const chart = (title, cells, index, pick) =>
  plainChart(
    title,
    cells.map((cell) => cell && pick(cell)),
    index,
  );
