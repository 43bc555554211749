// @ts-check
import { el } from '../../dom/el.js';
import { className, drawnHow, number, output, spelled } from '../../models/words.js';
import { pairOf } from '../../painting/pair.js';
import { aspect } from '../../state/layout.js';
import { columnIndex } from '../../state/select.js';
import { comparePicker } from '../detail/ab.js';
import { detail, overview } from '../detail/detail.js';
import { large, largeBox } from '../detail/large.js';
import { numbers } from '../detail/numbers.js';
import { tools } from '../detail/tools.js';
import { boxes } from '../parts/boxes.js';
import { fact } from '../parts/controls.js';
import { imagesOf, rowTitle } from '../parts/images.js';
import { pinButton } from '../parts/pin_button.js';
import { mapCharts } from './charts.js';
import { meanDetail } from './mean_detail.js';
import { outcomeFacts } from './outcome.js';
import { sanityBadge } from './sanity.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../../models/maps.js').MapColumn} MapColumn */
/** @typedef {import('../../models/maps.js').MapCell} MapCell */

/**
 * One held-out image, large, with what the model says of it; or the captures'
 * outcome, where no image is open.
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
    return meanDetail(state, column, mean, { pictures, aspect: aspect(state) }, actions);
  }
  if (!row) return overview([outcomeFacts(state, column), sanityBadge(model)]);
  const images = imagesOf(state);
  const cell = model.cell(row, column);
  const pair = pairOf(state, pictures);
  const record = images.records.get(row.hash);
  const how = {
    aspect: aspect(state),
    over: (/** @type {import('../../painting/paint.js').Box} */ box) =>
      (state.boxes && boxes(record, box)) || [],
  };
  const content = [
    pair && large(state, pair, how, actions),
    tools(state, model.columns, column.index, actions),
    comparePicker(state, model.columns, column.index, actions),
    cell && prediction(cell, images.names),
    cell && facts(cell, column, images.names, model.top(row)),
    mapCharts(model, row, column.index, images.names),
    cell && numbers(cell.measures),
    sanityBadge(model),
  ];
  const pin = pinButton(state, row.key, actions);
  return detail(rowTitle(row, images), column.capture.record.path, { content, pin, box: largeBox(state, aspect(state)) }, actions);
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
    fact('Label', cell.label === null ? 'none given' : className(names, cell.label)),
    fact(
      'Explained',
      cell.targetClass === null ? 'not one class' : className(names, cell.targetClass),
    ),
    fact(`Its score (${spelled(cell.scoreKind)})`, number(cell.score)),
    fact('Map', spelled(cell.status), cell.status === 'no_evidence' ? 'nothing speaks for it' : ''),
    fact('Largest value', number(cell.maximum), `of ${number(top)} in the run`),
    cell.originStep !== null && fact('Drawn', drawnHow(cell.origin, cell.originStep)),
    fact('Resolution', `${column.capture.record.width} × ${column.capture.record.height}`),
    fact('Capture', column.tick.title),
  );
