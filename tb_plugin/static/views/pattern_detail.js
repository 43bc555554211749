// @ts-check
import { el } from '../el.js';
import { withFloor } from '../measures.js';
import { pairOf } from '../pair.js';
import { statusCounts } from '../patterns.js';
import { columnIndex } from '../select.js';
import { aspect } from '../shape.js';
import { drawnHow, name, number, spelled } from '../words.js';
import { comparePicker } from './ab.js';
import { bestCrop } from './best_crop.js';
import { fact } from './controls.js';
import { detail, overview } from './detail.js';
import { large, largeBox } from './large.js';
import { numbers } from './numbers.js';
import { patternCharts } from './pattern_charts.js';
import { pinButton } from './pin_button.js';
import { tools } from './tools.js';

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
  const row = model.allRows.find(({ key }) => key === state.item.filter_patterns);
  if (!row) return overview(layerFacts(column));
  const cell = model.cell(row, column);
  const pair = pairOf(state, pictures);
  const { path } = column.capture.record;
  const how = { aspect: aspect(state), over: () => [] };
  const content = [
    pair && large(state, pair, how, actions),
    tools(state, model.columns, column.index, actions),
    comparePicker(state, model.columns, column.index, actions),
    cell && facts(cell, column),
    cell && bestCrop(cell, state.heldOut?.value),
    patternCharts(model, row, column.index),
    cell && numbers(withFloor(cell.measures, column.capture.record.measures)),
  ];
  const pin = pinButton(state, row.key, actions);
  return detail(`Filter ${row.filter}`, path, { content, pin, box: largeBox(state, aspect(state)) }, actions);
}

/**
 * @param {PatternCell} cell
 * @param {PatternColumn} column
 */
const facts = (cell, column) =>
  el(
    'dl',
    { class: 'facts' },
    fact('Activation reached', number(cell.objective)),
    fact('Status', spelled(cell.status), MEANINGS[cell.status] ?? ''),
    fact('Drawn', drawnHow(cell.origin, cell.originStep)),
    fact('Method', name(column.capture.record.preset)),
    fact('Capture', column.tick.title),
  );

/** @type {Readonly<Record<string, string>>} */
const MEANINGS = {
  dead: 'neither ascent nor any held-out image excites it',
  stuck: 'held-out images excite it; ascent found no picture',
  unmeasured: 'stuck or dead: there are no images to tell',
  saturated: 'at its largest on every held-out image',
};

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
