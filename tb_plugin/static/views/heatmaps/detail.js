// @ts-check
/** The right column of the Heatmaps view: one image, a class's mean, or the capture. */

import { el } from '../../dom/el.js';
import { FULL_TIMES_EVEN, meanCount } from '../../models/mean_rows.js';
import { memo } from '../../models/memo.js';
import {
  className,
  counted,
  drawnHow,
  edges,
  number,
  output,
  percent,
  shareOfScale,
  spelled,
} from '../../models/words.js';
import { meanLook } from '../../painting/looks.js';
import { pairOf } from '../../painting/pair.js';
import { largeBox } from '../../state/layout.js';
import { columnAxis, columnIndex } from '../../state/select.js';
import { comparePicker } from '../detail/ab.js';
import { detail, captureDetail, tools } from '../detail/detail.js';
import { large } from '../detail/large.js';
import { numbers } from '../detail/numbers.js';
import { fact, pinButton } from '../parts/controls.js';
import { boxes, imagesOf, picture, rowTitle } from '../parts/picture.js';
import { mapCharts, outcomeFacts } from './charts.js';
import { explained } from './explained.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../models/maps.js').MapCell} MapCell */
/** @typedef {import('../../models/maps.js').MapColumn} MapColumn */
/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('../../state/state.js').State} State */

/**
 * One held-out image, large, with the model's prediction; or the capture as a whole, if
 * no image is open.
 * @param {State} state
 * @param {MapModel} model
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
export function mapDetail(state, model, pictures, actions) {
  const column = model.columns[columnIndex(state, model)];
  const row = model.allRows.find(({ key }) => key === state.item.grad_cam);
  const mean = model.meanRows.find(({ key }) => key === state.item.grad_cam)?.meanClass;
  if (typeof mean === 'number') {
    return meanDetail(state, column, mean, pictures, actions);
  }
  if (!row) return captureDetail([outcomeFacts(state, column), ...checks(model)]);
  const images = imagesOf(state);
  const cell = model.cell(row, column);
  const pair = pairOf(state, pictures);
  const record = images.records.get(row.hash);
  const box = largeBox(state);
  const how = {
    box,
    /** @type {import('../detail/large.js').Over} */
    over: (box, { detected }) => (state.boxes && boxes(record, detected, box)) || [],
  };
  const content = [
    pair && large(state, pair, how, actions),
    tools(state, model.columns, column.index, actions),
    explained(state, model, { row, column }, pictures, actions),
    comparePicker(state, model.columns, column.index, actions),
    cell && cell.best.length > 0 && prediction(cell, images.names),
    cell && facts(cell, column, images.names, model.top(row)),
    mapCharts(model, row, columnAxis(state, model, column.index), images.names),
    cell && numbers(cell.measures),
    ...checks(model),
  ];
  const pin = pinButton(state, row.key, actions);
  return detail(rowTitle(row, images), column.capture.record.path, { content, pin, box, isFull: state.isFull }, actions);
}

/**
 * @param {MapCell} cell
 * @param {string[]} names
 */
const prediction = (cell, names) =>
  el(
    'section',
    null,
    el('h3', null, 'Prediction', verdict(cell)),
    el(
      'ul',
      { class: 'best' },
      cell.best
        .slice(0, 3)
        .map(([index, value]) =>
          el(
            'li',
            { class: index === cell.label ? 'label' : null },
            el(
              'span',
              null,
              className(names, index),
              index === cell.label && el('small', null, ' label'),
            ),
            cell.valueKind === 'probability' &&
              el('i', { style: { '--share': String(Math.min(1, Math.max(0, value ?? 0))) } }),
            el('b', null, output(value, cell.valueKind)),
          ),
        ),
    ),
  );

/** @param {MapCell} cell */
const verdict = ({ correct }) =>
  correct !== null &&
  el('small', { class: correct ? 'right' : 'wrong' }, correct ? '✓ right' : '✗ wrong');

/**
 * @param {MapCell} cell
 * @param {MapColumn} column
 * @param {string[]} names
 * @param {number} top
 */
const facts = (cell, column, names, top) =>
  el(
    'dl',
    { class: 'facts' },
    fact('Label', cell.label === null ? 'none given' : className(names, cell.label), ofLabel(cell)),
    fact(
      'Explained',
      cell.targetClass === null ? cell.target : className(names, cell.targetClass),
    ),
    cell.output !== null && fact('Output of the model', cell.output),
    fact(`Its score (${spelled(cell.scoreKind)})`, number(cell.score)),
    cell.confidence !== null && fact('Its confidence', percent(cell.confidence)),
    cell.box !== null && fact('Its box', edges(cell.box)),
    cell.overlap !== null && fact('Overlap with the requested box', percent(cell.overlap)),
    fact('Heatmap', spelled(cell.status), cell.status === 'no_evidence' ? 'no positive evidence' : ''),
    fact('Largest value', number(cell.maximum), ofScale(cell.maximum, top)),
    cell.originStep !== null && fact('Drawn', drawnHow(cell.origin, cell.originStep)),
    fact('Resolution', `${column.capture.record.width} × ${column.capture.record.height}`),
    fact('Capture', column.tick.title),
    cell.parts.length > 0 && fact('Evidence by path', sharesOf(cell)),
  );

/**
 * @param {number | null} maximum
 * @param {number} top The image's largest value in the run.
 */
function ofScale(maximum, top) {
  const share = shareOfScale(maximum, top);
  return share && `${share} of this image's scale, up to ${number(top)}`;
}

/** @param {MapCell} cell */
const ofLabel = ({ labelProbability, loss }) =>
  labelProbability === null
    ? ''
    : `probability ${percent(labelProbability)}${loss === null ? '' : `, loss ${number(loss)}`}`;

/** @param {MapCell} cell */
const sharesOf = ({ parts }) =>
  parts.map(([name, share]) => `${name} ${share === null ? 'none' : percent(share)}`).join(', ');

/**
 * The mean heatmap of a class, large.
 * @param {import('../../state/state.js').State} state
 * @param {import('../../models/maps.js').MapColumn} column
 * @param {number} meanClass
 * @param {import('../../pictures/pictures.js').Pictures} pictures
 * @param {import('../../state/actions.js').Actions} actions
 */
function meanDetail(state, column, meanClass, pictures, actions) {
  const box = largeBox(state);
  const count = meanCount(column, meanClass);
  const style = { '--tile': `${box.width}px`, '--tile-height': `${box.height}px` };
  const content = [
    el('div', { class: 'large', style }, picture(meanLook(meanClass, column, pictures, state, box))),
    el(
      'p',
      { class: 'hint' },
      'What the heatmaps of this class have in common: each is divided by its sum, then they ' +
        'are averaged. A bright spot shared by all images suggests a position shortcut such ' +
        'as a watermark.',
    ),
    el(
      'dl',
      { class: 'facts' },
      fact('Mean of', counted(count, 'image')),
      fact(
        'Top of the color scale',
        state.scale === 'run' ? `${FULL_TIMES_EVEN} times a uniform heatmap` : 'its own largest value',
      ),
      fact('Capture', column.tick.title),
    ),
  ];
  const title = `Mean heatmap: ${className(imagesOf(state).names, meanClass)}`;
  return detail(title, column.capture.record.path, { content, pin: null, box, isFull: state.isFull }, actions);
}

const DEPENDS_BELOW = 0.5; // as in kerasviz_callbacks/heatmaps/trust/sanity.py
const WEIGHTS = 'rank_correlation_shuffled_weights';
const FAITHFUL = 'faithfulness';

/**
 * What the newest checks found: whether the heatmaps depend on the weights, and whether
 * the model needs the places that they mark. Nothing where there was no check.
 * @param {MapModel | null} model
 */
const checks = (model) => [sanity(model?.columns ?? null), faithful(model?.columns ?? null)];

/**
 * The measures of the newest capture that has one, by name, a number or null per row.
 * @param {MapModel['columns'] | null} columns
 * @param {string} name
 */
const newest = (columns, name) =>
  columns?.findLast(({ capture }) => capture.record.measures[name])?.capture.record.measures ?? {};

const isNumber = (/** @type {number | null} */ value) => value !== null;

const mean = (/** @type {number[]} */ values) => values.reduce((a, b) => a + b, 0) / values.length;

const faithful = memo((/** @type {MapModel['columns'] | null} */ columns) => {
  const measures = newest(columns, FAITHFUL);
  const [ours, centre] = [FAITHFUL, `${FAITHFUL}_centre`].map((name) => measures[name] ?? []);
  const pairs = ours.flatMap((own, i) => {
    const other = centre[i] ?? null;
    return own === null || other === null ? [] : [{ own, other }];
  });
  if (pairs.length < 2) return null; // says too little, as in trust/faithfulness.py
  const gains = pairs.map(({ own, other }) => own - other);
  const gain = mean(gains);
  const squares = gains.reduce((sum, each) => sum + (each - gain) ** 2, 0);
  const isBetter = gain > Math.sqrt(squares / (gains.length - 1) / gains.length);
  const [all, bump] = [pairs.map(({ own }) => own), pairs.map(({ other }) => other)].map(mean);
  return el(
    'p',
    { class: isBetter ? 'sanity passed' : 'sanity failed' },
    el('b', null, isBetter ? '✓ More faithful than the center' : '✗ No more faithful than the center'),
    `: rank correlation of heat and lost score ${number(all)}, a bump in the center ${number(bump)}.`,
  );
});

const sanity = memo((/** @type {MapModel['columns'] | null} */ columns) => {
  const values = (newest(columns, WEIGHTS)[WEIGHTS] ?? []).filter(isNumber);
  if (!values.length) return null;
  const likeness = mean(values);
  const isPassed = likeness < DEPENDS_BELOW;
  return el(
    'p',
    { class: isPassed ? 'sanity passed' : 'sanity failed' },
    el('b', null, isPassed ? '✓ Sanity check passed' : '✗ Sanity check failed'),
    isPassed
      ? `: with shuffled weights the heatmaps differ (rank correlation ${number(likeness)}).`
      : `: with shuffled weights the heatmaps stay alike (rank correlation ${number(likeness)}). ` +
          'They show the image, not what the model learned.',
  );
});
