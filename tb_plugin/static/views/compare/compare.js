// @ts-check
/** The Compare view: up to four runs, under each filter or image a line per run. */

import { el } from '../../dom/el.js';
import { className, name, number, output } from '../../models/words.js';
import { mapContext, mapLook, filterLook } from '../../painting/looks.js';
import { compared, lanePath } from '../../state/lanes.js';
import { kindOf } from '../../state/state.js';
import { compareStrip } from '../../state/strip.js';
import { CellMemory, matrix } from '../matrix/matrix.js';
import { imagesOf, rowTitle } from '../parts/picture.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('../../state/lanes.js').CompareModel} CompareModel */
/** @typedef {import('../../models/compare.js').CompareRow} CompareRow */
/** @typedef {import('../../models/compare.js').CompareColumn} CompareColumn */
/** @typedef {import('../../models/maps.js').MapRow} MapRow */
/** @typedef {import('../../models/patterns.js').PatternRow} PatternRow */

/** @type {CellMemory<import('../matrix/matrix.js').Cell>} */
const memory = new CellMemory();

/**
 * @param {State} state
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
export function compare(state, pictures, actions) {
  const model = compared(state);
  if (!model) return null;
  const kind = kindOf(state);
  const { columns, layout: shape, current } = compareStrip(state, model);
  const ofRow = (/** @type {string} */ key) => key.slice(key.indexOf(' ') + 1);
  const apartRun = (/** @type {string | null} */ key) => {
    const lane = model.lanes[parseInt(key ?? '0', 10)];
    return lane && !lane.isPaired ? lane.run : null;
  };
  const how = { pictures, box: shape.tile };
  const { heldOut, colormap, opacity, scale, contour, isBare } = state;
  const paint = [heldOut, colormap, opacity, scale, contour, isBare];
  memory.about([model, pictures, shape.tile.width, shape.tile.height, ...paint]);
  return matrix(
    {
      title: 'Runs by captures',
      corner: `${kind === 'grad_cam' ? 'image' : 'filter'}, run`,
      subject: `compare ${state.run} ${state.layer[kind]} ${state.axis} ${state.compare.join()}`,
      rows: model.rows,
      columns,
      layout: shape,
      current,
      versus: -1,
      cursor: state.cursor === null ? null : `0 ${state.cursor}`,
      open: state.item[kind] === null ? null : `0 ${state.item[kind]}`,
      head: (row) => head(state, model, row),
      cell: (row, column) => {
        const picture = model.lanes[row.lane].model.columns[column.of[row.lane]]?.picture;
        return memory.cell(`${column.index} ${row.key}`, [picture && pictures.get(picture)], () =>
          cellOf(state, model, { row, column }, how),
        );
      },
    },
    {
      ...actions,
      open(key) {
        const run = apartRun(key);
        if (key === null || run === null) return actions.open(key === null ? null : ofRow(key));
        const path = lanePath(state, run) ?? '';
        actions.goToHit({ run, place: { kind, path, item: ofRow(key), step: null } });
      },
      setCursor: (key) => actions.setCursor(key === null ? null : ofRow(key)),
    },
  );
}

/**
 * @param {State} state
 * @param {CompareModel} model
 * @param {CompareRow} row
 */
function head(state, model, { base, lane, correlation }) {
  const { run, isPaired } = model.lanes[lane];
  const path = lanePath(state, run);
  const isOther = lane > 0 && path !== null && path !== state.layer[kindOf(state)];
  const place = isOther ? `${name(run)} · ${name(path)}` : name(run);
  return el(
    'span',
    { class: 'names' },
    el('b', null, lane === 0 || !isPaired ? titleOf(state, base) : ''),
    correlation !== null && el('small', { class: 'match', title: MATCHED }, `r ${correlation.toFixed(2)}`),
    el('small', { class: `lane lane-${lane}`, title: place }, el('bdi', null, place)),
  );
}

const MATCHED = 'Correlation of its largest activations with those of the filter above, on the same images';

/**
 * @param {State} state
 * @param {{key: string}} base
 */
const titleOf = (state, base) =>
  kindOf(state) === 'grad_cam'
    ? rowTitle(/** @type {MapRow} */ (base), imagesOf(state))
    : `filter ${base.key}`;

/**
 * @param {State} state
 * @param {CompareModel} model
 * @param {{row: CompareRow, column: CompareColumn}} where
 * @param {{pictures: Pictures, box: import('../../painting/paint.js').Box}} how
 * @returns {import('../matrix/matrix.js').Cell}
 */
function cellOf(state, model, { row, column }, { pictures, box }) {
  const { run, model: lane, isPaired } = model.lanes[row.lane];
  const how = row.correlation === null ? !isPaired && 'not paired' : `correlation ${row.correlation.toFixed(2)}`;
  const title = [titleOf(state, row.base), name(run), how].filter(Boolean).join(', ');
  const found = lane.columns[column.of[row.lane]];
  if (!found) return { label: `${title}: no capture`, className: 'gap', look: NOTHING };
  const parts = 'meanRows' in lane
    ? mapCell(state, lane, /** @type {MapRow} */ (row.base), found.index, { pictures, box })
    : patternCell(lane, /** @type {PatternRow} */ (row.base), found.index, { pictures, box });
  const words = `${parts.name} ${parts.value}`.trim();
  const label = [title, found.tick.title, words, parts.look.word].filter(Boolean).join(', ');
  const caption = el(
    'span',
    { class: 'caption' },
    parts.name && el('span', null, parts.name),
    el('b', null, parts.value),
  );
  return { label, className: '', look: parts.look, under: caption };
}

/** @type {import('../../painting/looks.js').Look} */
const NOTHING = { drawing: null, mark: '', word: '' };

/**
 * @param {import('../../models/patterns.js').PatternModel} model
 * @param {PatternRow} row
 * @param {number} index
 * @param {{pictures: Pictures, box: import('../../painting/paint.js').Box}} how
 */
function patternCell(model, row, index, { pictures, box }) {
  const column = model.columns[index];
  const cell = model.cell(row, column);
  const look = filterLook(model, row, column, pictures, box);
  return { look, name: '', value: cell ? number(cell.objective) : '' };
}

/**
 * @param {State} state
 * @param {import('../../models/maps.js').MapModel} model
 * @param {MapRow} row
 * @param {number} index
 * @param {{pictures: Pictures, box: import('../../painting/paint.js').Box}} how
 */
function mapCell(state, model, row, index, { pictures, box }) {
  const column = model.columns[index];
  const cell = model.cell(row, column);
  const look = mapLook(cell, column, mapContext(state, model, row, pictures), box);
  if (!cell) return { look, name: '', value: '' };
  const value = output(cell.value, cell.valueKind).replace('%', '');
  return { look, name: className(imagesOf(state).names, cell.prediction), value };
}
