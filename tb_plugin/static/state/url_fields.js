// @ts-check
/**
 * The parameters of an address beside view, run, layer and item: how each is written,
 * and how it is read from what anybody may have typed.
 */

import { COLORMAPS, DEFAULT_CHOICE, MAX_SELECTED, MAX_SELECTION_NAME } from './state.js';

/** @typedef {import('./state.js').Choice} Choice */
/** @typedef {import('../api/types.js').Kind} Kind */

/** @type {readonly Kind[]} */
const KINDS = ['filter_patterns', 'grad_cam'];

/** @type {Field} */
const LANE_LAYERS = {
  name: 'lane_layers',
  write: ({ laneLayers }) => joined(Object.entries(laneLayers).flat()),
  read: (value) => ({ laneLayers: inPairs(listed(value)) }),
};

/** @type {Field} Its name, which may be empty, then its images. */
const SELECTION = {
  name: 'selection',
  write: ({ selection: { name, images } }) =>
    images.length || name ? [name, ...images].map(encodeURIComponent).join(',') : null,
  read(value) {
    const [name = '', ...images] = value && value.length <= MAX_SELECTION_TEXT ? value.split(',') : [];
    const known = new Set(images.filter(Boolean).map(decoded));
    const selection = { name: decoded(name).slice(0, MAX_SELECTION_NAME), images: [...known].slice(0, MAX_SELECTED) };
    return { selection };
  },
};

/** @type {readonly Field[]} */
export const FIELDS = [
  oneOf('kind', 'kind', KINDS),
  count('step', 'step'),
  count('versus', 'versus'),
  name('versus_run', 'versusRun'),
  oneOf('ab', 'ab', ['swipe', 'side', 'difference']),
  oneOf('spacing', 'spacing', ['even', 'steps']),
  oneOf('show', 'show', ['strip', 'grid', 'lineage']),
  oneOf('columns', 'columns', ['fit', 'all']),
  flag('spans', 'spans'),
  count('from', 'from'),
  count('to', 'to'),
  oneOf('cells', 'cells', ['pattern', 'exemplars', 'both']),
  oneOf('since', 'since', ['baseline', 'previous']),
  oneOf('colours', 'colormap', COLORMAPS),
  opacity('opacity'),
  oneOf('scale', 'scale', ['run', 'picture']),
  sort('sort'),
  list('status', 'statuses'),
  pins('pins'),
  count('label', 'label'),
  count('predicted', 'predicted'),
  name('target', 'target'),
  oneOf('only', 'only', ['all', 'wrong', 'unknown', 'forgotten', 'flipped', 'selected']),
  SELECTION,
  flag('boxes', 'boxes'),
  flag('contour', 'contour'),
  list('compare', 'compare'),
  LANE_LAYERS,
  oneOf('axis', 'axis', ['epoch', 'step', 'time']),
];

/**
 * @typedef {object} Field
 * @property {string} name In the address.
 * @property {(choice: Choice, kind: Kind) => string | null} write Null: at its default.
 * @property {(value: string | undefined, choice: Choice, kind: Kind) => Partial<Choice>} read
 */

/** @type {readonly import('./state.js').SortName[]} */
const SORTS = [
  'order', 'change', 'objective', 'status', 'selectivity', 'moved', 'inside',
  'loss', 'sure', 'unsure', 'forgotten',
];

/**
 * @param {string} field
 * @param {keyof Choice} key
 * @param {readonly string[]} known
 * @returns {Field}
 */
function oneOf(field, key, known) {
  const byDefault = String(DEFAULT_CHOICE[key]);
  return {
    name: field,
    write: (choice) => (choice[key] === byDefault ? null : String(choice[key])),
    read: (value) => ({ [key]: known.find((each) => each === value) ?? byDefault }),
  };
}

/**
 * @param {string} field
 * @param {keyof Choice} key
 * @returns {Field}
 */
function count(field, key) {
  return {
    name: field,
    write: (choice) => (choice[key] === null ? null : String(choice[key])),
    read: (value) => ({ [key]: value && /^-?\d{1,16}$/.test(value) ? Number(value) : null }),
  };
}

/**
 * @param {string} field
 * @param {keyof Choice} key
 * @returns {Field}
 */
function name(field, key) {
  return {
    name: field,
    write: (choice) => /** @type {string | null} */ (choice[key]),
    read: (value) => ({ [key]: text(value) }),
  };
}

/**
 * @param {string} field
 * @param {'boxes' | 'contour' | 'spans'} key
 * @returns {Field}
 */
function flag(field, key) {
  const byDefault = DEFAULT_CHOICE[key];
  return {
    name: field,
    write: (choice) => (choice[key] === byDefault ? null : choice[key] ? 'on' : 'off'),
    read: (value) => ({ [key]: value === 'on' || (value !== 'off' && byDefault) }),
  };
}

/**
 * @param {string} field
 * @param {'statuses' | 'compare'} key
 * @returns {Field}
 */
function list(field, key) {
  return {
    name: field,
    write: (choice) => joined(choice[key]),
    read: (value) => ({ [key]: parted(value) }),
  };
}

/**
 * @param {string} field
 * @returns {Field}
 */
function pins(field) {
  return {
    name: field,
    write: (choice, kind) => joined(choice.pins[kind]),
    read: (value, choice, kind) => ({ pins: { ...choice.pins, [kind]: parted(value) } }),
  };
}

/**
 * @param {string} field
 * @returns {Field}
 */
function sort(field) {
  return {
    name: field,
    write: (choice, kind) => (choice.sort[kind] === 'order' ? null : choice.sort[kind]),
    read: (value, choice, kind) => {
      const found = SORTS.find((each) => each === value) ?? 'order';
      return { sort: { ...choice.sort, [kind]: found } };
    },
  };
}

/**
 * @param {string} field
 * @returns {Field}
 */
function opacity(field) {
  const byDefault = DEFAULT_CHOICE.opacity;
  return {
    name: field,
    write: (choice) => (choice.opacity === byDefault ? null : String(choice.opacity)),
    read: (value) => {
      const part = value && /^[01](\.\d{1,4})?$/.test(value) ? Number(value) : NaN;
      return { opacity: part >= 0 && part <= 1 ? part : byDefault };
    },
  };
}

const MAX_TEXT = 2000;
const MAX_LIST = 64;
const MAX_SELECTION_TEXT = 16_000;

/** @param {string | undefined} value */
export const text = (value) => (value && value.length <= MAX_TEXT ? value : null);

/** @param {readonly string[]} items */
const joined = (items) => (items.length ? items.map(encodeURIComponent).join(',') : null);

/** @param {string | undefined} value */
const listed = (value) => (text(value) ?? '').split(',', MAX_LIST).filter(Boolean).map(decoded);

/** @param {string | undefined} value */
const parted = (value) => [...new Set(listed(value))];

/**
 * @param {string[]} items Names, each followed by its value.
 * @returns {Record<string, string>}
 */
const inPairs = (items) =>
  Object.fromEntries(items.flatMap((name, i) => (i % 2 || !items[i + 1] ? [] : [[name, items[i + 1]]])));

/**
 * The decoded text; the text itself if it is not validly encoded.
 * @param {string} item
 */
export function decoded(item) {
  try {
    return decodeURIComponent(item);
  } catch {
    return item;
  }
}
