// @ts-check
/** The part of a held-out image that activates a filter most, beside its pattern. */

import { el } from '../../dom/el.js';
import { measure } from '../../models/measures.js';
import { name, number } from '../../models/words.js';

/** @typedef {import('../../models/measures.js').Measures} Measures */
/** @typedef {import('../../api/types.js').HeldOut} HeldOut */

const BOX = { width: 96, height: 96 };

/**
 * The part of the held-out images that activates the filter most, and how that compares
 * with its pattern.
 * @param {import('../../models/patterns.js').PatternCell} cell
 * @param {HeldOut | null | undefined} heldOut
 */
export function bestCrop({ measures, objective }, heldOut) {
  const found = cropOf(measures, heldOut);
  if (!found) return null;
  const best = measure(measures, 'held_out_best');
  return el(
    'section',
    { class: 'crop' },
    el('h3', null, 'Strongest crop of the held-out images'),
    el('kv-tile', { '.drawing': found.drawing, 'aria-label': `Part of ${found.title}`, role: 'img' }),
    el(
      'p',
      null,
      `In ${found.title}.`,
      best !== null && [` Mean activation on it: ${number(best)}`, compared(objective, best)],
    ),
  );
}

/**
 * @param {number | null} objective
 * @param {number} best
 */
function compared(objective, best) {
  if (objective === null || objective <= 0 || best <= 0) return '.';
  return `; the pattern reaches ${number(objective / best)} times that.`;
}

/**
 * @param {Measures} measures
 * @param {HeldOut | null | undefined} heldOut
 */
function cropOf(measures, heldOut) {
  const index = measure(measures, 'crop_image');
  const record = index === null ? undefined : heldOut?.record.images[index];
  const image = record && heldOut?.pictures.get(record.hash);
  const edges = ['left', 'upper', 'right', 'lower'].map((edge) => measure(measures, `crop_${edge}`));
  if (!record || !image || edges.some((edge) => edge === null || edge < 0 || edge > 1)) return null;
  const [left, upper, right, lower] = edges.map(Number);
  const rect = {
    x: Math.round(left * image.width),
    y: Math.round(upper * image.height),
    width: Math.max(1, Math.round((right - left) * image.width)),
    height: Math.max(1, Math.round((lower - upper) * image.height)),
  };
  const key = `crop ${record.hash} ${edges.join(' ')}`;
  const title = /^\d+$/.test(record.name) ? `image #${record.name}` : name(record.name);
  return { drawing: { key, box: BOX, image, rect, overlay: null }, title };
}
