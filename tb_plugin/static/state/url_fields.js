// @ts-check
/** The parameters of an address beside view, run, layer and item. */

import { COLORMAPS } from '../painting/colormap.js';
import { count, flag, list, name, oneOf, opacity, pins, sort } from './url_field.js';

/** @typedef {import('../api/types.js').Kind} Kind */

/** @type {readonly Kind[]} */
const KINDS = ['filter_patterns', 'grad_cam'];

/** @type {readonly import('./url_field.js').Field[]} */
export const FIELDS = [
  oneOf('kind', 'kind', KINDS),
  count('step', 'step'),
  count('versus', 'versus'),
  name('versus_run', 'versusRun'),
  oneOf('ab', 'ab', ['swipe', 'side', 'difference']),
  oneOf('show', 'show', ['strip', 'grid']),
  oneOf('since', 'since', ['baseline', 'previous']),
  oneOf('colours', 'colormap', COLORMAPS),
  opacity('opacity'),
  oneOf('scale', 'scale', ['run', 'picture']),
  sort('sort'),
  list('status', 'statuses'),
  pins('pins'),
  count('label', 'label'),
  name('target', 'target'),
  oneOf('only', 'only', ['all', 'wrong', 'flipped']),
  flag('boxes', 'boxes'),
  flag('contour', 'contour'),
  list('compare', 'compare'),
  oneOf('axis', 'axis', ['epoch', 'step', 'time']),
];
