// @ts-check
/** Puts the page together: store, keepers, pictures and views meet here and nowhere else. */

import * as api from './api/api.js';
import { keepDrawn, keepPlaying } from './keepers/draw.js';
import { hostFonts, keepAddress, listenToReload } from './keepers/host.js';
import { listenToKeys } from './keepers/keys.js';
import { keepLoaded, keepProgress } from './keepers/load.js';
import { watchRun } from './keepers/watch.js';
import { decodeHeldOut } from './pictures/decode.js';
import { Pictures } from './pictures/pictures.js';
import { saves } from './saving/saves.js';
import { createActions } from './state/actions.js';
import { initialState, kindOf } from './state/state.js';
import { createStore } from './state/store.js';
import { Mosaic } from './views/parts/mosaic.js';
import { Scroller } from './views/parts/scroller.js';
import { Tile } from './views/parts/tile.js';
import { shell } from './views/shell.js';

/** Draw the page and keep it up to date. */
export function openPage() {
  defineElements();
  addFonts();
  const store = createStore(initialState());
  const pictures = new Pictures(api.fetchPictures, (trouble) => {
    store.set({ arrived: store.get().arrived + 1, ...(trouble && { trouble }) });
  });
  const actions = { ...createActions(store), ...saves(store, pictures) };
  keepWidth(store);
  keepAddress(store, actions);
  keepProgress(store, api);
  keepLoaded(store, { ...api, loadHeldOut }, pictures);
  keepPlaying(store, actions);
  keepDrawn(store, document.body, (state) => shell(state, pictures, actions));
  listenToReload(actions.readAgain);
  watchRun(store, api, actions.readAgain);
  listenToKeys(actions, () => store.get().item[kindOf(store.get())] !== null);
}

/** Define our elements here, so that importing a module has no side effect. */
function defineElements() {
  customElements.define('kv-mosaic', Mosaic);
  customElements.define('kv-scroller', Scroller);
  customElements.define('kv-tile', Tile);
}

/**
 * @param {string} run
 * @param {string} stream
 */
const loadHeldOut = async (run, stream) => decodeHeldOut(await api.fetchHeldOut(run, stream));

/** @param {import('./state/store.js').Store<import('./state/state.js').State>} store */
function keepWidth(store) {
  // A hidden tab has no width; what was before stays.
  const measure = () => store.set(innerWidth ? { width: innerWidth, height: innerHeight } : {});
  addEventListener('resize', measure);
  measure();
}

function addFonts() {
  const style = document.createElement('style');
  style.textContent = hostFonts();
  document.head.append(style);
}
