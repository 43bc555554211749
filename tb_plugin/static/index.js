// @ts-check
/**
 * The entry: TensorBoard imports this file into a frame of its own and calls
 * `render`. It asks for data at once, before the page is there to want it.
 */

import { askAhead } from './api/api.js';
import { listenToTheme, readAddress } from './keepers/host.js';
import { openPage } from './page.js';

/** Draw the page and keep it up to date. */
export async function render() {
  askAhead(readAddress());
  listenToTheme((theme) => {
    document.documentElement.dataset.theme = theme;
  });
  await addStyle('index.css');
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
