// @ts-check
/**
 * The entry: TensorBoard imports this file into a frame of its own and calls
 * `render`. Here the parts are put together, and nowhere else.
 */

import './views/mosaic.js';
import './views/scroller.js';
import './views/tile.js';
import { createActions } from './actions.js';
import { keepAddress } from './address.js';
import * as api from './api.js';
import { keepDrawn } from './draw.js';
import { decodeHeldOut } from './held_out.js';
import { hostFonts, listenToReload, listenToTheme } from './host.js';
import { listenToKeys } from './keys.js';
import { keepLoaded } from './load.js';
import { Pictures } from './pictures.js';
import { keepPlaying } from './play.js';
import { saves } from './saves.js';
import { initialState, kindOf } from './state.js';
import { createStore } from './store.js';
import { shell } from './views/shell.js';

const STYLES = [
  'theme',
  'page',
  'controls',
  'topbar',
  'notices',
  'timeline',
  'side',
  'matrix',
  'tile',
  'spark',
  'strip',
  'detail',
  'large',
  'overview',
  'findings',
];

/** Draw the page and keep it up to date. */
export async function render() {
  listenToTheme((theme) => {
    document.documentElement.dataset.theme = theme;
  });
  await Promise.all(STYLES.map((name) => addStyle(`${name}.css`)));
  addFonts();
  const store = createStore(initialState());
  const pictures = new Pictures(api.fetchPictures, (trouble) => {
    store.set({ arrived: store.get().arrived + 1, ...(trouble && { trouble }) });
  });
  const actions = { ...createActions(store), ...saves(store, pictures) };
  keepWidth(store);
  keepAddress(store, actions);
  keepLoaded(store, { ...api, loadHeldOut }, pictures);
  keepPlaying(store, actions);
  keepDrawn(store, document.body, (state) => shell(state, pictures, actions));
  listenToReload(actions.readAgain);
  listenToKeys(actions, () => store.get().item[kindOf(store.get())] !== null);
}

/**
 * @param {string} run
 * @param {string} stream
 */
const loadHeldOut = async (run, stream) => decodeHeldOut(await api.fetchHeldOut(run, stream));

/** @param {import('./store.js').Store<import('./state.js').State>} store */
function keepWidth(store) {
  // A hidden tab has no width; what was before stays.
  const measure = () => store.set(innerWidth ? { width: innerWidth } : {});
  addEventListener('resize', measure);
  measure();
}

function addFonts() {
  const style = document.createElement('style');
  style.textContent = hostFonts();
  document.head.append(style);
}

/**
 * @param {string} file
 * @returns {Promise<void>} Once it is there, or cannot be had.
 */
function addStyle(file) {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = new URL(file, import.meta.url).href;
  return new Promise((resolve) => {
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}
