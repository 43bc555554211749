// @ts-check
import { el } from '../dom.js';
import { patternLook } from '../looks.js';
import { statusCounts } from '../patterns.js';
import { columnIndex, versusIndex } from '../select.js';
import { aspect } from '../shape.js';
import { drawnHow, name, number, spelled } from '../words.js';
import { comparePicker, largeBox, largePicture } from './compare.js';
import { fact } from './controls.js';
import { detail, overview } from './detail.js';
import { sparkline } from './sparkline.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../actions.js').Actions} Actions */
/** @typedef {import('../pictures.js').Pictures} Pictures */
/** @typedef {import('../patterns.js').PatternModel} PatternModel */
/** @typedef {import('../patterns.js').PatternRow} PatternRow */
/** @typedef {import('../patterns.js').PatternColumn} PatternColumn */
/** @typedef {import('../patterns.js').PatternCell} PatternCell */

/**
 * One filter, large, with its numbers; or the layer, where no filter is open.
 * @param {State} state
 * @param {PatternModel} model
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
export function patternDetail(state, model, pictures, actions) {
  const column = model.columns[columnIndex(state, model)];
  const row = model.rows.find(({ key }) => key === state.item.filter_patterns);
  if (!row) return overview(layerFacts(column));
  const cell = model.cell(row, column);
  const versus = model.columns[versusIndex(state, model)];
  const box = largeBox(aspect(state));
  const pair = {
    box,
    now: patternLook(cell, column.picture, pictures, box),
    nowTick: column.tick,
    versus: versus ? patternLook(model.cell(row, versus), versus.picture, pictures, box) : null,
    versusTick: versus?.tick ?? null,
    swipe: state.swipe,
  };
  const { path } = column.capture.record;
  const content = [
    largePicture(pair, actions),
    comparePicker(state, model.columns, column.index, actions),
    cell && facts(cell, column),
    charts(model, row, column.index),
  ];
  return detail(`Filter ${row.filter}`, path, content, actions);
}

/**
 * @param {PatternCell} cell
 * @param {PatternColumn} column
 */
const facts = (cell, column) =>
  el(
    'dl',
    { class: 'facts' },
    fact('Objective reached', number(cell.objective)),
    fact('Status', spelled(cell.status), meaning(cell.status)),
    fact('Drawn', drawnHow(cell.origin, cell.originStep)),
    cell.measures.map(([measure, value]) => fact(spelled(measure), number(value))),
    fact('Method', name(column.capture.record.preset)),
    fact('Capture', column.tick.title),
  );

/** @param {string} status */
const meaning = (status) => (status === 'flat' ? 'no gradient from the start: dead, or stuck' : '');

/**
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {number} index
 */
function charts(model, row, index) {
  const cells = model.columns.map((column) => model.cell(row, column));
  const measures = cells[index]?.measures.map(([measure]) => measure) ?? [];
  return [
    chart('Objective over time', model.series(row), index),
    measures.map((measure, i) =>
      chart(
        spelled(measure),
        cells.map((cell) => cell?.measures[i]?.[1] ?? null),
        index,
      ),
    ),
  ];
}

/**
 * @param {string} title
 * @param {(number | null)[]} series
 * @param {number} index
 */
const chart = (title, series, index) =>
  el('figure', null, el('figcaption', null, title), sparkline(series, index, { label: title }));

/** @param {PatternColumn} column */
function layerFacts(column) {
  const { record } = column.capture;
  return [
    el('header', null, el('h2', null, 'This capture', el('small', null, name(record.path)))),
    el(
      'dl',
      { class: 'facts' },
      fact('Capture', column.tick.title),
      fact('Filters drawn', `${record.filters.length} of ${record.num_filters}`),
      statusCounts(column).map(([status, count]) => fact(spelled(status), count)),
      fact('Method', name(record.preset)),
      fact('Colours', name(record.channels)),
    ),
    el('p', { class: 'hint' }, 'Click a picture to see it large, with its numbers over time.'),
  ];
}
