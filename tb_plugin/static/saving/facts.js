// @ts-check
/** The lines under a saved picture: which run, layer, filter or image, class and scale. */

import { className, edges, name, number } from '../models/words.js';
import { hadOf } from '../painting/exemplar_looks.js';
import { maps, openExemplar } from '../state/select.js';
import { kindOf } from '../state/state.js';

/** @typedef {import('../state/state.js').State} State */

/**
 * What a saved picture is of, so that it can be read away from the page.
 * @param {State} state
 * @param {number} step
 * @param {string} [other] Run of the picture that it is compared with.
 * @returns {string[]}
 */
export function factsOf(state, step, other) {
  const kind = kindOf(state);
  const key = state.item[kind] ?? '';
  const own = name(state.run ?? '');
  const runs = other && other !== state.run ? `A ${name(other)}, B ${own}` : own;
  const place = `${runs} · ${name(state.layer[kind] ?? '')}`;
  const model = maps(state);
  if (!model) return [place, `filter ${key}`];
  const { class_names: names = [], images = [] } = state.heldOut?.value?.record ?? {};
  const column = model.columns.find((each) => each.step === step);
  const row = model.allRows.find((each) => each.key === key);
  const cell = row && column && model.cell(row, column);
  const image = images.find(({ hash }) => hash === row?.hash)?.name ?? key;
  const target = cell && (className(names, cell.targetClass) || cell.target);
  const top = state.scale === 'run' ? row && model.top(row) : cell?.maximum;
  // Two pictures have one scale only within a run that is scaled as a whole.
  const isOne = other === undefined || (other === state.run && state.scale === 'run');
  const scale = isOne ? `color scale 0 to ${number(top ?? null)}` : 'each on its own color scale';
  const parts = [`image ${name(image)}`, target && `for ${name(target)}`, scale];
  return [place, parts.filter(Boolean).join(' · ')];
}

/**
 * What a saved picture of an exemplar's image is of; nothing where none is shown.
 * @param {State} state
 * @returns {string[]}
 */
export function exemplarFacts(state) {
  const { item } = openExemplar(state) ?? {};
  if (!item) return [];
  const shown = hadOf(state, item.hash) === 'whole' ? 'activates the filter at' : 'only its part at';
  return [`image ${item.image} · ${shown} ${edges(item.box)}`];
}
