// @ts-check
/** What a person chose, to and from the parameters of an address. */

import { COLORMAPS } from './colormap.js';
import { DEFAULT_CHOICE, KIND_OF_VIEW } from './state.js';

/** @typedef {import('./state.js').Choice} Choice */
/** @typedef {Record<string, string>} Parameters */

const MAX_TEXT = 2000;

/**
 * What differs from the defaults, and always the step: a link shows the same
 * picture when newer captures have come.
 * @param {Choice} choice
 * @returns {Parameters}
 */
export function toParameters(choice) {
  const kind = KIND_OF_VIEW[choice.view];
  /** @type {[string, string | number | null, string | number | null][]} */
  const all = [
    ['view', choice.view, null],
    ['run', choice.run, null],
    ['layer', choice.layer[kind], null],
    ['item', choice.item[kind], null],
    ['step', choice.step, null],
    ['versus', choice.versus, null],
    ['show', choice.show, DEFAULT_CHOICE.show],
    ['colours', choice.colormap, DEFAULT_CHOICE.colormap],
    ['opacity', choice.opacity, DEFAULT_CHOICE.opacity],
    ['scale', choice.scale, DEFAULT_CHOICE.scale],
  ];
  return Object.fromEntries(
    all
      .filter(([, value, byDefault]) => value !== null && value !== byDefault)
      .map(([name, value]) => [name, String(value)]),
  );
}

/**
 * The choice that the parameters tell; what is missing or makes no sense is at
 * its default. Layer and item of the other view stay as they are.
 * @param {Parameters} parameters
 * @param {Choice} before
 * @returns {Choice}
 */
export function fromParameters(parameters, before) {
  const view = oneOf(parameters.view, ['filters', 'heatmaps'], DEFAULT_CHOICE.view);
  const kind = KIND_OF_VIEW[view];
  const run = text(parameters.run);
  const rest = run === before.run ? before : DEFAULT_CHOICE;
  return {
    view,
    run,
    layer: { ...rest.layer, [kind]: text(parameters.layer) },
    item: { ...rest.item, [kind]: text(parameters.item) },
    step: count(parameters.step),
    versus: count(parameters.versus),
    show: oneOf(parameters.show, ['strip', 'grid'], DEFAULT_CHOICE.show),
    colormap: oneOf(parameters.colours, COLORMAPS, DEFAULT_CHOICE.colormap),
    opacity: part(parameters.opacity, DEFAULT_CHOICE.opacity),
    scale: oneOf(parameters.scale, ['run', 'picture'], DEFAULT_CHOICE.scale),
  };
}

/**
 * Whether the way from one to the other is a step of the history of its own:
 * another place, not another moment or another look, nor a run or layer that was
 * filled in because none was chosen.
 * @param {Choice} before
 * @param {Choice} after
 */
export function isAnotherPlace(before, after) {
  const a = toParameters(before);
  const b = toParameters(after);
  const isFilledIn = (/** @type {string} */ name) => name !== 'item' && a[name] === undefined;
  return ['view', 'run', 'layer', 'item', 'show'].some(
    (name) => a[name] !== b[name] && (name === 'show' || !isFilledIn(name)),
  );
}

/**
 * @template {string} T
 * @param {string | undefined} value
 * @param {readonly T[]} known
 * @param {T} otherwise
 * @returns {T}
 */
const oneOf = (value, known, otherwise) => known.find((name) => name === value) ?? otherwise;

/** @param {string | undefined} value */
const text = (value) => (value && value.length <= MAX_TEXT ? value : null);

/** @param {string | undefined} value */
function count(value) {
  if (!value || !/^\d{1,16}$/.test(value)) return null;
  return Number.isSafeInteger(Number(value)) ? Number(value) : null;
}

/**
 * @param {string | undefined} value
 * @param {number} otherwise
 */
function part(value, otherwise) {
  const number = value && /^[01](\.\d{1,4})?$/.test(value) ? Number(value) : NaN;
  return number >= 0 && number <= 1 ? number : otherwise;
}
