// @ts-check
/** The image that an exemplar is a part of, instead of the pattern, with the place marked. */

import { el } from '../../dom/el.js';
import { alsoActivated, imageShape } from '../../models/exemplars.js';
import { edges, name, number } from '../../models/words.js';
import { hadOf } from '../../painting/exemplar_looks.js';
import { outlineInside } from '../parts/picture.js';

/** @typedef {import('../../models/exemplars.js').Exemplar} Exemplar */
/** @typedef {import('../../state/state.js').State} State */
/** @typedef {NonNullable<ReturnType<typeof import('../../state/select.js').openExemplar>>} Opened */

/**
 * The outline of the place, over the whole image; a crop by itself has none.
 * @param {State} state
 * @param {Exemplar} exemplar
 * @returns {import('../detail/large.js').Over}
 */
export function place({ heldOut }, { hash, box: edges }) {
  const image = heldOut?.value?.pictures.get(hash);
  if (!image) return () => [];
  const size = { shown_width: image.width, shown_height: image.height };
  return (box) => [outlineInside(size, edges, 'box seen', box)];
}

/**
 * What the image is, where in it the filter responds, and which other filters it activates.
 * @param {State} state
 * @param {Opened} opened
 * @param {import('../../state/actions.js').Actions} actions
 */
export function wholeImage(state, { found, item, row }, actions) {
  const others = alsoActivated(found.column, row.filter, item.hash);
  const had = hadOf(state, item.hash);
  const shape = had === 'crop' ? shapeOf(item) : null;
  return el(
    'section',
    { class: 'whole', key: 'whole' },
    el(
      'header',
      null,
      el(
        'h3',
        null,
        `Image ${item.image}`,
        el('small', null, ` ${item.label && `${name(item.label)} · `}activation ${number(item.activation)}`),
      ),
      el('button', { type: 'button', title: 'Back (Escape)', onclick: actions.closeExemplar }, 'Show the pattern'),
    ),
    el('p', { class: 'hint' }, SAID[had], shape && ' The frame shows where it lies.'),
    shape && frame(item, shape),
    others.length > 0 &&
      el(
        'p',
        { class: 'others' },
        'Also among the images that activate these filters most: ',
        others.map((filter) =>
          el(
            'button',
            {
              key: String(filter),
              type: 'button',
              'aria-label': `This image in filter ${filter}`,
              onclick: () => actions.openExemplar(String(filter), item.hash),
            },
            `#${filter}`,
          ),
        ),
      ),
  );
}

/** @type {Record<import('../../painting/exemplar_looks.js').Had, string>} */
const SAID = {
  whole: 'The whole held-out image. Framed: the part that activates the filter most.',
  crop: 'The log holds only this part of the image, not the rest.',
  coming: 'Loading the image.',
  unreadable: 'The whole image cannot be read from the log. This is the part that activates the filter most.',
};

const FRAME_PX = 96; // longer side
const MOST_OBLONG = 6; // beyond, the record is wrong

/** @param {Exemplar} exemplar */
function shapeOf(exemplar) {
  const shape = imageShape(exemplar);
  return shape !== null && Math.max(shape, 1 / shape) <= MOST_OBLONG ? shape : null;
}

/**
 * An empty frame of the image's shape, with the place of the crop in it.
 * @param {Exemplar} exemplar
 * @param {number} shape Width divided by height.
 */
function frame(exemplar, shape) {
  const width = Math.round(FRAME_PX * Math.min(1, shape));
  const height = Math.round(FRAME_PX * Math.min(1, 1 / shape));
  return el(
    'span',
    {
      class: 'place',
      role: 'img',
      'aria-label': `Place in the image: ${edges(exemplar.box)}`,
      style: { width: `${width}px`, height: `${height}px` },
    },
    outlineInside({ shown_width: width, shown_height: height }, exemplar.box, 'part', { width, height }),
  );
}
