// @ts-check
/** The confusion matrix of the held-out images at one capture; its cells choose images. */

import { el } from '../../dom/el.js';
import { perObject } from '../../models/memo.js';
import { confusionMatrix } from '../../models/mistakes.js';
import { className, counted, percent } from '../../models/words.js';
import { columnAxis } from '../../state/select.js';
import { chart } from '../parts/chart.js';
import { imagesOf } from '../parts/picture.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../models/mistakes.js').Confusion} Confusion */
/** @typedef {import('../../models/mistakes.js').ConfusionMatrix} ConfusionMatrix */
/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../../state/state.js').State} State */

/**
 * How often each label was predicted as each class, at this capture and over time.
 * @param {State} state
 * @param {MapModel} model
 * @param {number} index Of the present capture.
 * @param {Actions} actions
 */
export function confusions(state, model, index, actions) {
  const matrix = confusionMatrix(model.columns, index);
  return el(
    'section',
    { class: 'confusions', 'aria-label': 'Confusions' },
    el('h2', null, 'Confusions'),
    matrix
      ? [
          el('p', { class: 'hint' }, wrongOf(matrix)),
          table(state, matrix, actions),
          overTime(state, matrix, columnAxis(state, model, index)),
          el('p', { class: 'hint' }, READING),
        ]
      : el('p', { class: 'hint' }, withoutMatrix(model)),
  );
}

/** @param {MapModel} model */
const withoutMatrix = ({ columns }) =>
  columns.some(({ capture }) => capture.outcome.label.some((each) => each !== null))
    ? 'No image with a label has a predicted class in any capture.'
    : 'No image has a label: pass labels=.';

const READING =
  'Rows: the label. Columns: the prediction. The line in a cell is its number over all ' +
  'captures. Click a number to see its images, again to see all.';

/** @param {ConfusionMatrix} matrix */
function wrongOf({ numImages, numWrong, numUnknown, numHidden, classes }) {
  const hidden = numHidden ? `; ${numHidden} of these between other than the ${classes.length} classes shown` : '';
  const wrong = `${numWrong} of ${counted(numImages, 'image')} wrong (${percent(numWrong / numImages)})${hidden}`;
  const unknown = numUnknown && `${numUnknown} unknown: no label, or outputs that are not finite`;
  return [numImages && wrong, unknown].filter(Boolean).join('; ');
}

/**
 * @param {State} state
 * @param {ConfusionMatrix} matrix
 * @param {Actions} actions
 */
function table(state, { classes, rows }, actions) {
  const { names } = imagesOf(state);
  return el(
    'table',
    null,
    el(
      'thead',
      null,
      el(
        'tr',
        null,
        el('td', null),
        classes.map((each) =>
          el('th', { scope: 'col', title: className(names, each) }, el('span', null, className(names, each))),
        ),
      ),
    ),
    el(
      'tbody',
      null,
      rows.map((row) =>
        el(
          'tr',
          null,
          el('th', { scope: 'row', title: className(names, row[0].label) }, className(names, row[0].label)),
          row.map((each) => cellOf(state, each, names, actions)),
        ),
      ),
    ),
  );
}

/**
 * @param {State} state
 * @param {Confusion} confusion
 * @param {string[]} names
 * @param {Actions} actions
 */
function cellOf(state, { label, predicted, count, share, series }, names, actions) {
  const isChosen = state.label === label && state.predicted === predicted;
  const kind = label === predicted ? 'hit' : 'mistake';
  const words =
    `label ${className(names, label)}, predicted ${className(names, predicted)}: ` +
    `${counted(count, 'image')}, ${percent(share)} of the label`;
  if (!series.some(Boolean)) return el('td', { title: words });
  return el(
    'td',
    { class: count ? kind : null, style: { '--share': share.toFixed(2) } },
    el(
      'button',
      {
        type: 'button',
        title: words,
        'aria-label': words,
        'aria-pressed': String(isChosen),
        onclick: () =>
          actions.setLook(isChosen ? { label: null, predicted: null } : { label, predicted }),
      },
      lineOf(series),
      el('span', null, count),
    ),
  );
}

const LINE = { width: 24, height: 10, points: 24 };

/** A number over all captures, as large as it ever was; drawn once. */
const lineOf = perObject((/** @type {readonly number[]} */ series) => {
  const most = series.reduce((a, b) => Math.max(a, b), 1);
  const count = Math.min(LINE.points, series.length);
  const points = Array.from({ length: count }, (_, i) => {
    const at = Math.round((i * (series.length - 1)) / Math.max(1, count - 1));
    const x = (LINE.width * i) / Math.max(1, count - 1);
    return `${x.toFixed(1)},${(LINE.height * (1 - series[at] / most)).toFixed(1)}`;
  });
  return el(
    'svg',
    {
      viewBox: `0 -1 ${LINE.width} ${LINE.height + 2}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    el('polyline', { points: points.join(' ') }),
  );
});

/**
 * The chosen cell over all captures.
 * @param {State} state
 * @param {ConfusionMatrix} matrix
 * @param {import('../parts/chart.js').Over} over
 */
function overTime({ label, predicted, ...state }, { rows }, over) {
  const chosen = rows.flat().find((each) => each.label === label && each.predicted === predicted);
  if (!chosen) return null;
  const { names } = imagesOf({ label, predicted, ...state });
  const title = `Label ${className(names, chosen.label)}, predicted ${className(names, chosen.predicted)}`;
  return chart(title, /** @type {number[]} */ (chosen.series), over);
}
