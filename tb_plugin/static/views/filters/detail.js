// @ts-check
/** The right column of the Filters view: one filter, or the capture as a whole. */

import { el } from '../../dom/el.js';
import { changeOf, measure, withFloor } from '../../models/measures.js';
import { perObject } from '../../models/memo.js';
import { statusCounts } from '../../models/patterns.js';
import { drawnHow, name, number, spelled, STATUS_MEANINGS } from '../../models/words.js';
import { pairOf } from '../../painting/pair.js';
import { largeBox } from '../../state/layout.js';
import { columnAxis, columnIndex, openExemplar } from '../../state/select.js';
import { comparePicker } from '../detail/ab.js';
import { detail, captureDetail, tools } from '../detail/detail.js';
import { large } from '../detail/large.js';
import { numbers } from '../detail/numbers.js';
import { chart } from '../parts/chart.js';
import { fact, pinButton } from '../parts/controls.js';
import { bestCrop } from './best_crop.js';
import { exemplars } from './exemplars.js';
import { wholeImage, place } from './whole_image.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../models/patterns.js').PatternCell} PatternCell */
/** @typedef {import('../../models/patterns.js').PatternColumn} PatternColumn */
/** @typedef {import('../../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../../models/patterns.js').PatternRow} PatternRow */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('../../state/state.js').State} State */

/**
 * One filter, large, with its numbers; or the layer, if no filter is open.
 * @param {State} state
 * @param {PatternModel} model
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
export function patternDetail(state, model, pictures, actions) {
  const column = model.columns[columnIndex(state, model)];
  const row = model.allRows.find(({ key }) => key === state.item.filter_patterns);
  if (!row) return captureDetail(layerFacts(column));
  const latest = model.latest(row, column);
  const cell = latest?.cell ?? null;
  const pair = pairOf(state, pictures);
  const { path } = column.capture.record;
  const box = largeBox(state);
  const opened = openExemplar(state);
  const how = { box, over: opened ? place(state, opened.item) : () => [] };
  const content = [
    pair && large(state, pair, how, actions),
    opened && wholeImage(state, opened, actions),
    tools(state, model.columns, column.index, actions),
    !opened && comparePicker(state, model.columns, column.index, actions),
    latest && facts(latest, column),
    exemplars(state, model, { row, column, pictures }, actions) ?? (cell && bestCrop(cell, state.heldOut?.value)),
    patternCharts(model, row, columnAxis(state, model, column.index)),
    latest && numbers(withFloor(latest.cell.measures, latest.column.capture.record.measures)),
  ];
  const pin = pinButton(state, row.key, actions);
  return detail(`Filter ${row.filter}`, path, { content, pin, box, isFull: state.isFull }, actions);
}

/**
 * @param {import('../../models/patterns.js').Latest} latest
 * @param {PatternColumn} now
 */
const facts = ({ cell, column }, now) =>
  el(
    'dl',
    { class: 'facts' },
    fact('Activation reached', number(cell.objective)),
    fact('Status', spelled(cell.status), trouble(cell.status)),
    fact('Drawn', drawnHow(cell.origin, cell.originStep)),
    fact('Method', name(column.capture.record.preset)),
    shownPart(column.capture.record),
    fact('Capture', column.tick.title),
    column !== now && fact('Not drawn anew', now.tick.title, 'to keep within the budget'),
  );

/**
 * How much of the canvas is shown, where it is not all.
 * @param {import('../../api/types.js').PatternLayer} record
 */
function shownPart({ margin_px: margin, sheet }) {
  if (!margin) return null;
  const { picture_width: width, picture_height: height } = sheet;
  const canvas = `${width + 2 * margin} × ${height + 2 * margin}`;
  return fact('Shown', `${width} × ${height} px`, `of a canvas of ${canvas}: this layer does not see the rest`);
}

/** @param {string} status */
const trouble = (status) => (status === 'live' ? '' : (STATUS_MEANINGS[status] ?? ''));

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
      fact('Colors', name(record.channels)),
    ),
    el('p', { class: 'hint' }, 'Click a picture to see it large, with its numbers over time.'),
  ];
}

/**
 * The numbers of one filter over all captures.
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {import('../parts/chart.js').Over} over
 */
function patternCharts(model, row, over) {
  const [changes, weights, best] = seriesOf(row, model.columns, model.cell);
  /** @type {[string, (number | null)[]][]} */
  const all = [
    ['Activation reached', model.series(row)],
    ['Change since the baseline (1 − correlation)', changes],
    ['Change of its weights (share of their length)', weights],
    ['Best held-out image (mean activation)', best],
  ];
  return all
    .filter(([, series]) => series.some((value) => value !== null))
    .map(([title, series]) => chart(title, series, over));
}

/** The same arrays every time, so that a chart is built once. */
const seriesOf = perObject(
  (
    /** @type {PatternRow} */ row,
    /** @type {PatternModel['columns']} */ columns,
    /** @type {PatternModel['cell']} */ cell,
  ) => {
    const measures = columns.map((column) => cell(row, column)?.measures ?? []);
    return [
      measures.map((each) => changeOf(each, 'baseline')),
      measures.map((each) => measure(each, 'weight_change_baseline')),
      measures.map((each) => measure(each, 'held_out_best')),
    ];
  },
);
