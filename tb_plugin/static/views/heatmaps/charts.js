// @ts-check
/** Charts of one image over all captures, and of all held-out images. */

import { el } from '../../dom/el.js';
import { measure } from '../../models/measures.js';
import { memo } from '../../models/memo.js';
import { className, name, percent, spelled } from '../../models/words.js';
import { timeAxis } from '../../state/select.js';
import { chart as plainChart, withAxes } from '../parts/chart.js';
import { fact } from '../parts/controls.js';

/** @typedef {import('../../models/maps.js').MapCell} MapCell */
/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../parts/chart.js').Over} Over */

/**
 * The numbers of one image over all captures.
 * @param {MapModel} model
 * @param {import('../../models/maps.js').MapRow} row
 * @param {Over} over
 * @param {string[]} names Of the classes.
 */
export function mapCharts(model, row, over, names) {
  const cells = model.columns.map((column) => model.cell(row, column));
  const now = cells[over.index];
  if (!now) return null;
  return [
    outputChart(cells, over, names),
    cells.some((cell) => cell && cell.loss !== null) &&
      chart('Loss of its label (cross-entropy, nats)', cells, over, (cell) => cell.loss),
    chart('Largest value of the heatmap', cells, over, (cell) => cell.maximum),
    CHARTED.map(([name, title]) => {
      const isMeasured = cells.some((cell) => cell && measure(cell.measures, name) !== null);
      return isMeasured && chart(title, cells, over, (cell) => measure(cell.measures, name));
    }),
  ];
}

/** @type {[string, string][]} */
const CHARTED = [
  ['energy_inside', 'Energy inside the box'],
  ['centre_shift_baseline', 'Center moved since the baseline'],
  ['lower_right_energy', 'Energy in the lower-right corner'],
];

/**
 * @param {(MapCell | null)[]} cells
 * @param {Over} over
 * @param {string[]} names
 */
function outputChart(cells, over, names) {
  const label = cells[over.index]?.label ?? null;
  if (label === null) return chart('Output for the prediction', cells, over, (cell) => cell.value);
  const of = `its label, ${className(names, label)}`;
  return cells.some((cell) => cell && cell.labelProbability !== null)
    ? chart(`Probability of ${of}`, cells, over, (cell) => cell.labelProbability)
    : chart(`Output for ${of}`, cells, over, (cell) => cell.labelValue);
}

/**
 * @param {string} title
 * @param {(MapCell | null)[]} cells
 * @param {Over} over
 * @param {(cell: MapCell) => number | null} pick
 */
const chart = (title, cells, over, pick) =>
  plainChart(
    title,
    cells.map((cell) => cell && pick(cell)),
    over,
  );

/**
 * The capture as a whole: how many held-out images are predicted correctly.
 * @param {import('../../state/state.js').State} state
 * @param {import('../../models/maps.js').MapColumn} column
 */
export function outcomeFacts(state, column) {
  const axis = timeAxis(state);
  const { record } = column.capture;
  const index = axis.steps.indexOf(column.step);
  const accuracy = axis.ticks[index]?.accuracy ?? null;
  return [
    el('header', null, el('h2', null, 'This capture', el('small', null, name(record.path)))),
    accuracy !== null &&
      el(
        'figure',
        null,
        el('figcaption', null, el('b', null, percent(accuracy)), ' of the held-out images right'),
        withAxes(accuracies(axis.ticks), { ...axis, index }, {
          label: 'Share right',
          domain: [0, 1],
          unit: percent,
        }),
      ),
    el(
      'dl',
      { class: 'facts' },
      fact('Capture', column.tick.title),
      fact('Method', spelled(record.method)),
      fact('Resolution', `${record.width} × ${record.height}`),
    ),
    el('p', { class: 'hint' }, 'Click a picture to see it large, with the prediction.'),
  ];
}

const accuracies = memo((/** @type {import('../../models/axis.js').Tick[]} */ axis) =>
  axis.map((tick) => tick.accuracy),
);
