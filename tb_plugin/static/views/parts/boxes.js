// @ts-check
import { el } from '../../dom/el.js';

const MAX_BOXES = 64;

/**
 * The boxes that the user gave with an image, as outlines over its picture.
 * @param {import('../../api/types.js').HeldOutImage | undefined} image
 * @param {import('../../state/layout.js').Box} box That the picture is fitted into, in its middle.
 */
export function boxes(image, box) {
  if (!image) return null;
  const fit = Math.min(box.width / image.shown_width, box.height / image.shown_height);
  const width = fit * image.shown_width;
  const height = fit * image.shown_height;
  const x = (/** @type {number} */ part) => (box.width - width) / 2 + part * width;
  const y = (/** @type {number} */ part) => (box.height - height) / 2 + part * height;
  return image.boxes.slice(0, MAX_BOXES).map(([left, upper, right, lower]) =>
    el('i', {
      class: 'box',
      style: {
        left: `${x(left)}px`,
        top: `${y(upper)}px`,
        width: `${x(right) - x(left)}px`,
        height: `${y(lower) - y(upper)}px`,
      },
    }),
  );
}
