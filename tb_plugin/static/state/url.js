// @ts-check
/** Writes what a person chose as parameters of an address, and reads it back. */

import { isOfImage } from '../models/maps.js';
import { DEFAULT_CHOICE, hasLayer, kindOf, VIEWS } from './state.js';
import { FIELDS, text } from './url_fields.js';

/** @typedef {import('./state.js').Choice} Choice */
/** @typedef {Record<string, string>} Parameters */

/**
 * Everything that differs from its default, and always the step, so that a link shows
 * the same picture after newer captures.
 * @param {Choice} choice
 * @returns {Parameters}
 */
export function toParameters(choice) {
  const kind = kindOf(choice);
  const place = hasLayer(choice) ? { layer: choice.layer[kind], item: choice.item[kind] } : {};
  /** @type {Record<string, string | null | undefined>} */
  const all = {
    view: choice.view === 'auto' ? null : choice.view,
    run: choice.run,
    ...place,
    ...Object.fromEntries(FIELDS.map(({ name, write }) => [name, write(choice, kind)])),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, value]],
    ),
  );
}

/**
 * The choice in the parameters; what is missing or invalid gets its default. Layer and
 * item of the other view stay as they are.
 * @param {Parameters} parameters
 * @param {Choice} before
 * @returns {Choice}
 */
export function fromParameters(parameters, before) {
  const run = text(parameters.run);
  const rest = run === before.run ? before : DEFAULT_CHOICE;
  const view = VIEWS.find((name) => name === parameters.view) ?? DEFAULT_CHOICE.view;
  const base = { ...DEFAULT_CHOICE, layer: rest.layer, item: rest.item, pins: rest.pins };
  /** @type {Choice} */
  let choice = { ...base, sort: before.sort, kind: before.kind, view, run };
  for (const { name, read } of FIELDS) {
    choice = { ...choice, ...read(parameters[name], choice, kindOf(choice)) };
  }
  if (!hasLayer(choice)) return choice;
  const kind = kindOf(choice);
  return {
    ...choice,
    kind,
    layer: { ...choice.layer, [kind]: text(parameters.layer) },
    item: { ...choice.item, [kind]: text(parameters.item) },
  };
}

/**
 * Whether going from one choice to the other is a step of the browser's history:
 * another place, not another moment or another display, nor a run or layer that was
 * filled in because none was chosen, nor which heatmap of an image.
 * @param {Choice} before
 * @param {Choice} after
 */
export function isAnotherPlace(before, after) {
  const a = toParameters(before);
  const b = toParameters(after);
  const isFilledIn = (/** @type {string} */ name) =>
    name === 'item' ? a.item !== undefined && isOfImage(b.item, a.item) : a[name] === undefined;
  return ['view', 'run', 'layer', 'item', 'show'].some(
    (name) => a[name] !== b[name] && (name === 'show' || !isFilledIn(name)),
  );
}
