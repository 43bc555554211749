// @ts-check
/** The heatmaps of one image side by side: of the prediction, the label, their contrast. */

import { el } from '../../dom/el.js';
import { CONTRAST } from '../../models/maps.js';
import { className, name } from '../../models/words.js';
import { mapContext, mapLook } from '../../painting/looks.js';
import { aspect, boxOf } from '../../state/layout.js';
import { imagesOf, picture } from '../parts/picture.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../models/maps.js').MapCell} MapCell */
/** @typedef {import('../../models/maps.js').MapColumn} MapColumn */
/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../../models/maps.js').MapRow} MapRow */
/** @typedef {import('../../state/state.js').State} State */

const WIDTH_PX = 90;

/**
 * What a row explains, in words.
 * @param {string} target As the record has it.
 */
export const explanation = (target) =>
  target === CONTRAST ? 'why the prediction and not the label' : name(target);

/**
 * All that is explained of an image, each a way to see it large; nothing where it is one.
 * @param {State} state
 * @param {MapModel} model
 * @param {{row: MapRow, column: MapColumn}} where
 * @param {import('../../pictures/pictures.js').Pictures} pictures
 * @param {Actions} actions
 */
export function explained(state, model, { row, column }, pictures, actions) {
  const drawn = model.rowsOfImage(row).flatMap((each) => {
    const cell = model.cell(each, column);
    return cell ? [{ each, cell }] : [];
  });
  if (drawn.length < 2) return null;
  const box = boxOf(WIDTH_PX, aspect(state));
  const { names } = imagesOf(state);
  return el(
    'section',
    {
      class: 'explained',
      style: { '--tile': `${box.width}px`, '--tile-height': `${box.height}px` },
    },
    el('h3', null, 'Evidence for'),
    el(
      'ul',
      null,
      drawn.map(({ each, cell }) =>
        el(
          'li',
          { key: each.key },
          el(
            'button',
            {
              type: 'button',
              'aria-pressed': String(each.key === row.key),
              onclick: () => actions.open(each.key),
            },
            picture(mapLook(cell, column, mapContext(state, model, each, pictures), box)),
            el('small', null, titleOf(cell, names)),
          ),
        ),
      ),
    ),
  );
}

/**
 * @param {MapCell} cell
 * @param {string[]} names
 */
function titleOf(cell, names) {
  const [predicted, label] = [cell.prediction, cell.label].map((each) => className(names, each));
  if (cell.target === CONTRAST) return `why ${predicted}, not ${label}`;
  if (cell.targetClass === null) return name(cell.target);
  return `${name(cell.target)}: ${className(names, cell.targetClass)}`;
}
