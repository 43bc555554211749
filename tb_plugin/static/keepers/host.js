// @ts-check
/**
 * The window around the page: TensorBoard's own.
 *
 * Its Reload reaches us, its theme and typeface are ours, and its address carries our
 * state, so that its history steps back through ours. Where the window around cannot
 * be touched (or there is none), the same works on our own window, without Reload.
 *
 * The address: TensorBoard keeps `#<tab>&p.<plugin>.<name>=<value>` for plugins
 * and leaves what it does not know alone.
 */

import { fromParameters, isAnotherPlace, toParameters } from '../state/url.js';
import { decoded } from '../state/url_fields.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/url.js').Parameters} Parameters */

const PREFIX = 'p.kerasviz.';
const DEBUG = `${PREFIX}debug=`; // how the page is loaded; no part of the state

/** @returns {Window} */
function host() {
  try {
    return window.parent.document ? window.parent : window;
  } catch {
    return window;
  }
}

/**
 * Call `onReload` whenever TensorBoard has reloaded its logs; if our tab is hidden
 * then, as soon as it is shown.
 * @param {() => void} onReload
 */
export function listenToReload(onReload) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.isReply) return;
    if (message.type === 'experimental.DataReloaded') whenSeen(onReload);
    const reply = { type: message.type, id: message.id, payload: null, error: null };
    port1.postMessage(JSON.stringify({ ...reply, isReply: true }));
  };
  if (window.parent !== window) {
    window.parent.postMessage('experimental.bootstrap', '*', [port2]);
  }
}

let isWaiting = false;

/**
 * Act now, or once TensorBoard shows our tab again: a hidden tab has no height.
 * @param {() => void} act
 */
function whenSeen(act) {
  if (innerHeight) act();
  else if (!isWaiting) {
    isWaiting = true;
    const again = () => {
      isWaiting = false;
      whenSeen(act);
    };
    addEventListener('resize', again, { once: true });
  }
}

/**
 * Call `onTheme` now and at every change.
 * @param {(theme: 'light' | 'dark') => void} onTheme
 */
export function listenToTheme(onTheme) {
  const { body } = host().document;
  const tell = () => onTheme(body.classList.contains('dark-mode') ? 'dark' : 'light');
  new MutationObserver(tell).observe(body, { attributeFilter: ['class'] });
  tell();
}

/**
 * The CSS rules of TensorBoard's own typeface, for our page.
 * @returns {string}
 */
export function hostFonts() {
  const { document, location } = host();
  const rules = [...document.styleSheets].flatMap(readableRules);
  return rules
    .filter((rule) => rule.startsWith('@font-face') && rule.includes('Roboto'))
    .map((rule) =>
      rule.replace(/url\("([^"]*)"\)/g, (_, url) => `url("${new URL(url, location.href)}")`),
    )
    .join('\n');
}

/** @param {CSSStyleSheet} sheet */
function readableRules(sheet) {
  try {
    return [...sheet.cssRules].map((rule) => rule.cssText);
  } catch {
    return []; // of another origin
  }
}

/** @returns {Parameters} Ours among those in the address. */
export function readAddress() {
  /** @type {Parameters} */
  const found = {};
  for (const part of parts()) {
    const [name, value] = part.split('=');
    if (value === undefined || !name.startsWith(PREFIX)) continue;
    found[name.slice(PREFIX.length)] = decoded(value);
  }
  return found;
}

/**
 * @param {Parameters} parameters
 * @param {'push' | 'replace'} how A new step of the history, or the same one.
 */
function writeAddress(parameters, how) {
  const ours = Object.entries(parameters).map(
    ([name, value]) => `${PREFIX}${name}=${encodeURIComponent(value)}`,
  );
  const kept = parts().filter((part) => !part.startsWith(PREFIX) || part.startsWith(DEBUG));
  const hash = `#${[...kept, ...ours].join('&')}`;
  const { history, location } = host();
  if (hash === location.hash) return;
  const url = location.href.split('#')[0] + hash;
  if (how === 'push') history.pushState(history.state, '', url);
  else history.replaceState(history.state, '', url);
}

/**
 * Call `onAddress` when the history moved or somebody edited the address.
 * @param {(parameters: Parameters) => void} onAddress
 */
function listenToAddress(onAddress) {
  host().addEventListener('popstate', () => onAddress(readAddress()));
}

/** @returns {string[]} */
const parts = () => host().location.hash.slice(1).split('&').filter(Boolean);

// Browsers refuse more than about a hundred changes of the address in ten seconds.
const PAUSE_MS = 250;

/**
 * Keep the address and the state equal, whichever of them changes.
 * @param {import('../state/store.js').Store<State>} store
 * @param {import('../state/actions.js').Actions} actions
 */
export function keepAddress(store, actions) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {import('../state/state.js').Choice} */
  let written = store.get();
  /** @param {'push' | 'replace'} how */
  function write(how) {
    clearTimeout(timer);
    timer = undefined;
    written = store.get();
    writeAddress(toParameters(written), how);
  }
  listenToAddress((parameters) => {
    clearTimeout(timer);
    timer = undefined;
    written = fromParameters(parameters, store.get());
    actions.visit(written);
  });
  actions.visit(fromParameters(readAddress(), store.get()));
  written = store.get();
  store.subscribe(() => {
    const state = store.get();
    if (isAnotherPlace(written, state)) write('push');
    else if (!isSame(written, state)) timer ??= setTimeout(() => write('replace'), PAUSE_MS);
  });
}

/**
 * @param {import('../state/state.js').Choice} a
 * @param {import('../state/state.js').Choice} b
 */
const isSame = (a, b) => JSON.stringify(toParameters(a)) === JSON.stringify(toParameters(b));
