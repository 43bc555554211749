// @ts-check
/** What stands over and beside a picture: its mark, its boxes, the name of its image. */

import { el } from '../../dom/el.js';
import { memo } from '../../models/memo.js';
import { className, name } from '../../models/words.js';

/** @typedef {import('../../dom/el.js').Leaf} Leaf */
/** @typedef {import('../../painting/looks.js').Look} Look */
/** @typedef {import('../../models/maps.js').MapRow} MapRow */
/** @typedef {import('../../state/state.js').State} State */

/**
 * What lies over a picture that a mosaic paints: a hatch if something is missing or
 * marked, and a word for it.
 * @param {Look} look
 * @param {...(Leaf | Leaf[])} over What else lies over it.
 */
export const frame = ({ mark, word }, ...over) =>
  el('span', { class: `picture ${mark}` }, over, word && el('span', { class: 'word' }, word));

/**
 * The same around a picture that has its own canvas.
 * @param {Look} look
 * @param {...(Leaf | Leaf[])} over
 */
export const picture = (look, ...over) =>
  frame(look, el('kv-tile', { '.drawing': look.drawing }), ...over);

const MAX_BOXES = 64;

/**
 * Outlines over a picture: the boxes that the user passed with the image, and that of the
 * detection that is explained.
 * @param {import('../../api/types.js').HeldOutImage | undefined} image
 * @param {number[] | null | undefined} detected
 * @param {import('../../state/layout.js').Box} box That the picture is fitted into, in its middle.
 */
export function boxes(image, detected, box) {
  if (!image) return null;
  const given = image.boxes.slice(0, MAX_BOXES).map((edges) => outline(image, edges, 'box', box));
  return [...given, detected ? outlineInside(image, detected, 'box detected', box) : null];
}

/**
 * An outline cut at the edges of its picture; none where nothing of it lies inside.
 * @param {{shown_width: number, shown_height: number}} image
 * @param {readonly number[]} edges
 * @param {string} name
 * @param {import('../../state/layout.js').Box} box
 */
export function outlineInside(image, edges, name, box) {
  const inside = edges.map((edge) => Math.min(1, Math.max(0, edge)));
  const isSeen = inside[0] < inside[2] && inside[1] < inside[3];
  return isSeen ? outline(image, inside, name, box) : null;
}

/**
 * @param {{shown_width: number, shown_height: number}} image
 * @param {readonly number[]} edges Left, upper, right and lower, in fractions of the image.
 * @param {string} name Class of the outline.
 * @param {import('../../state/layout.js').Box} box
 */
function outline(image, [left, upper, right, lower], name, box) {
  const fit = Math.min(box.width / image.shown_width, box.height / image.shown_height);
  const width = fit * image.shown_width;
  const height = fit * image.shown_height;
  const x = (/** @type {number} */ part) => (box.width - width) / 2 + part * width;
  const y = (/** @type {number} */ part) => (box.height - height) / 2 + part * height;
  return el('i', {
    class: name,
    style: {
      left: `${x(left)}px`,
      top: `${y(upper)}px`,
      width: `${x(right) - x(left)}px`,
      height: `${y(lower) - y(upper)}px`,
    },
  });
}

/**
 * What is known of the held-out images of the stream.
 * @typedef {object} Images
 * @property {Map<string, ImageBitmap>} pictures
 * @property {Map<string, import('../../api/types.js').HeldOutImage>} records
 * @property {string[]} names Of the classes.
 *
 * @param {State} state
 * @returns {Images}
 */
export const imagesOf = ({ heldOut }) => imagesOfValue(heldOut?.value ?? null);

const imagesOfValue = memo((/** @type {import('../../api/types.js').HeldOut | null} */ value) => ({
  pictures: value?.pictures ?? new Map(),
  records: new Map(value?.record.images.map((image) => [image.hash, image])),
  names: value?.record.class_names ?? [],
}));

/**
 * The name of a row: its image, and its target if the image has several.
 * @param {MapRow} row
 * @param {Images} images
 */
export function rowTitle(row, images) {
  if (row.meanClass !== null) return `mean heatmap of ${className(images.names, row.meanClass)}`;
  const given = images.records.get(row.hash)?.name || row.hash.slice(0, 8);
  const title = /^\d+$/.test(given) ? `#${given}` : given;
  return name(row.isOneOfSeveral ? `${title} → ${row.target}` : title);
}
