// @ts-check
/**
 * The entry: TensorBoard imports this file into a frame of its own and calls
 * `render`. It asks for data and styles at once; the files of the page come
 * meanwhile.
 */

import { askAhead } from './api.js';
import { listenToTheme, readAddress } from './host.js';

const STYLES = [
  'theme',
  'page',
  'controls',
  'topbar',
  'notices',
  'find',
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
  askAhead(readAddress());
  const [{ openPage }] = await Promise.all([
    import('./page.js'),
    ...STYLES.map((name) => addStyle(`${name}.css`)),
  ]);
  openPage();
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
