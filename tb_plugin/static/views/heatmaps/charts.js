// @ts-check
/** Charts of one image over all captures, and of all held-out images. */

import { el } from '../../dom/el.js';
import { measure } from '../../models/measures.js';
import { memo, perObject } from '../../models/memo.js';
import { className, name, percent, spelled } from '../../models/words.js';
import { timeAxis } from '../../state/select.js';
import { chart, withAxes } from '../parts/chart.js';
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
  const now = model.cell(row, model.columns[over.index]);
  if (!now) return null;
  const series = seriesOf(row, model.columns, model.cell);
  return [
    outputChart(series, now.label, over, names),
    hasNumbers(series.loss) && chart('Loss of its label (cross-entropy, nats)', series.loss, over),
    chart('Largest value of the heatmap', series.maximum, over),
    CHARTED.map(([, title], i) => hasNumbers(series.measures[i]) && chart(title, series.measures[i], over)),
  ];
}

/** @param {(number | null)[]} series */
const hasNumbers = (series) => series.some((value) => value !== null);

/** @type {[string, string][]} */
const CHARTED = [
  ['energy_inside', 'Energy inside the box'],
  ['centre_shift_baseline', 'Center moved since the baseline'],
  ['lower_right_energy', 'Energy in the lower-right corner'],
];

/** The same arrays every time, so that a chart is built once. */
const seriesOf = perObject(
  (
    /** @type {import('../../models/maps.js').MapRow} */ row,
    /** @type {MapModel['columns']} */ columns,
    /** @type {MapModel['cell']} */ cellOf,
  ) => {
    const cells = columns.map((column) => cellOf(row, column));
    const of = (/** @type {(cell: MapCell) => number | null} */ pick) => cells.map((cell) => cell && pick(cell));
    return {
      value: of((cell) => cell.value),
      labelValue: of((cell) => cell.labelValue),
      labelProbability: of((cell) => cell.labelProbability),
      loss: of((cell) => cell.loss),
      maximum: of((cell) => cell.maximum),
      measures: CHARTED.map(([name]) => of((cell) => measure(cell.measures, name))),
    };
  },
);

/**
 * @param {ReturnType<typeof seriesOf>} series
 * @param {number | null} label
 * @param {Over} over
 * @param {string[]} names
 */
function outputChart({ value, labelValue, labelProbability }, label, over, names) {
  if (label === null) return chart('Output for the prediction', value, over);
  const of = `its label, ${className(names, label)}`;
  return hasNumbers(labelProbability)
    ? chart(`Probability of ${of}`, labelProbability, over)
    : chart(`Output for ${of}`, labelValue, over);
}

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
