// @ts-check
import { el } from '../dom.js';
import { mapLook } from '../looks.js';
import { columnIndex, versusIndex } from '../select.js';
import { aspect } from '../shape.js';
import { className, drawnHow, number, output, spelled } from '../words.js';
import { boxes } from './boxes.js';
import { comparePicker, largeBox, largePicture } from './compare.js';
import { fact } from './controls.js';
import { detail, overview } from './detail.js';
import { lookContext } from './heatmaps.js';
import { imagesOf, rowTitle } from './images.js';
import { mapCharts } from './map_charts.js';
import { outcomeFacts } from './outcome.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../actions.js').Actions} Actions */
/** @typedef {import('../pictures.js').Pictures} Pictures */
/** @typedef {import('../maps.js').MapModel} MapModel */
/** @typedef {import('../maps.js').MapColumn} MapColumn */
/** @typedef {import('../maps.js').MapCell} MapCell */

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
  const row = model.rows.find(({ key }) => key === state.item.grad_cam);
  if (!row) return overview(outcomeFacts(state, column));
  const images = imagesOf(state);
  const cell = model.cell(row, column);
  const versus = model.columns[versusIndex(state, model)];
  const context = lookContext(state, model, row, pictures);
  const box = largeBox(aspect(state));
  const pair = {
    box,
    now: mapLook(cell, column, context, box),
    nowTick: column.tick,
    versus: versus ? mapLook(model.cell(row, versus), versus, context, box) : null,
    versusTick: versus?.tick ?? null,
    swipe: state.swipe,
    over: boxes(images.records.get(row.hash), box),
  };
  const content = [
    largePicture(pair, actions),
    comparePicker(state, model.columns, column.index, actions),
    cell && prediction(cell, images.names),
    cell && facts(cell, column, images.names, model.top(row)),
    mapCharts(model, row, column.index, images.names),
  ];
  return detail(rowTitle(row, images), column.capture.record.path, content, actions);
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
    cell.measures.map(([measure, value]) => fact(spelled(measure), number(value))),
    fact('Resolution', `${column.capture.record.width} × ${column.capture.record.height}`),
    fact('Capture', column.tick.title),
  );
