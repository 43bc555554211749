// @ts-check
/** Saves what the detail shows as files: the picture as PNG, its captures as animated PNG. */

import { pairOf, sidesOf } from '../painting/pair.js';
import { PACK_STEPS } from '../pictures/pictures.js';
import { aspect, boxOf } from '../state/layout.js';
import { layerHead, maps, openExemplar, patterns } from '../state/select.js';
import { kindOf } from '../state/state.js';
import { rangeOf } from '../state/strip.js';
import { encodeApng } from './apng.js';
import { exemplarFacts, factsOf } from './facts.js';
import { encodeGif } from './gif.js';
import { framePixels, paintPair, pngOf } from './snapshot.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store<State>} StateStore */
/** @typedef {import('../pictures/pictures.js').Pictures} Pictures */

const PICTURE_PX = 640;
const FRAME_PX = 288;
const MAX_FRAMES = 240;
const FRAME_MS = 250;

/**
 * @param {StateStore} store
 * @param {Pictures} pictures
 */
export const saves = (store, pictures) => ({
  savePicture: () => reported(store, () => savePicture(store.get(), pictures)),
  saveStrip: () => reported(store, () => saveStrip(store, pictures, asApng)),
  saveGif: () => reported(store, () => saveStrip(store, pictures, asGif)),
});

/**
 * @param {StateStore} store
 * @param {() => Promise<void>} work
 */
async function reported(store, work) {
  try {
    await work();
    store.set({ task: '' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    store.set({ task: '', trouble: `The file could not be made: ${why}` });
  }
}

/**
 * @param {State} state
 * @param {Pictures} pictures
 */
async function savePicture(state, pictures) {
  const pair = pairOf(state, pictures);
  if (!pair) return;
  const facts = [...factsOf(state, pair.now.tick.step, pair.versus?.run), ...exemplarFacts(state)];
  const image = openExemplar(state) ? `-image-${openExemplar(state)?.item.image}` : '';
  const canvas = paintPair(pair, state, boxOf(PICTURE_PX, aspect(state)), facts);
  offer(await pngOf(canvas), `${nameOf(state)}${image}-${pair.now.tick.step}.png`);
}

/**
 * @typedef {ReturnType<typeof framePixels>} Frame
 * @typedef {{file: Blob, ending: string}} Film
 */

/**
 * @param {Frame[]} frames
 * @param {(i: number) => void} onFrame
 * @returns {Promise<Film>}
 */
async function asApng(frames, onFrame) {
  const bytes = await encodeApng(frames[0], frames.map(({ data }) => data), FRAME_MS, onFrame);
  return { file: new Blob([bytes], { type: 'image/apng' }), ending: 'png' };
}

/**
 * @param {Frame[]} frames
 * @param {(i: number) => void} onFrame
 * @returns {Promise<Film>}
 */
async function asGif(frames, onFrame) {
  const bytes = await encodeGif(frames[0], frames.map(({ data }) => data), FRAME_MS, onFrame);
  return { file: new Blob([bytes], { type: 'image/gif' }), ending: 'gif' };
}

/**
 * Save every capture of the open row, or of the range that is chosen; of a long run, evenly
 * spaced ones, as many as make a short film.
 * @param {StateStore} store
 * @param {Pictures} pictures
 * @param {(frames: Frame[], onFrame: (i: number) => void) => Promise<Film>} film
 */
async function saveStrip(store, pictures, film) {
  const state = store.get();
  const models = { patterns: patterns(state), maps: maps(state) };
  const at = sidesOf(state, state.run ?? '', models, pictures);
  const steps = (models.patterns ?? models.maps)?.steps ?? [];
  const head = layerHead(state);
  if (!at || !head) return;
  const size = boxOf(FRAME_PX, aspect(state));
  const layer = { run: state.run ?? '', kind: head.kind, path: head.path };
  const frames = [];
  const [from, to] = rangeOf(state, steps);
  const chosen = spaced(steps.slice(from, to + 1), MAX_FRAMES);
  for (let i = 0; i < chosen.length; i += PACK_STEPS) {
    store.set({ task: `Making the animation: ${i} of ${chosen.length} pictures` });
    const sides = chosen.slice(i, i + PACK_STEPS).flatMap((step) => at(step) ?? []);
    await pictures.fetched(layer, sides.flatMap((side) => side.picture ?? []));
    frames.push(...sides.map((side) => framePixels(side, size, factsOf(state, side.tick.step))));
  }
  const { file, ending } = await film(frames, (i) =>
    store.set({ task: `Writing the animation: ${i} of ${frames.length} pictures` }),
  );
  offer(file, `${nameOf(state)}.${ending}`);
}

/**
 * @param {number[]} steps
 * @param {number} count
 */
function spaced(steps, count) {
  if (steps.length <= count) return steps;
  const every = (steps.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, i) => steps[Math.round(i * every)]);
}

/** @param {State} state */
function nameOf(state) {
  const kind = kindOf(state);
  const parts = [state.run, state.layer[kind], state.item[kind]];
  return parts.join('-').replace(/[^\w.-]+/g, '_').slice(0, 120);
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function offer(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
