// @ts-check
import { memo } from '../../models/memo.js';
import { className, name } from '../../models/words.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../models/maps.js').MapRow} MapRow */

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
 * How a row is called: by its image, and by its target where it has several.
 * @param {MapRow} row
 * @param {Images} images
 */
export function rowTitle(row, images) {
  if (row.meanClass !== null) return `mean map of ${className(images.names, row.meanClass)}`;
  const given = images.records.get(row.hash)?.name || row.hash.slice(0, 8);
  const title = /^\d+$/.test(given) ? `#${given}` : given;
  return name(row.isOneOfSeveral ? `${title} → ${row.target}` : title);
}
