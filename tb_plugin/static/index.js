// @ts-check
/**
 * The entry of the front end: TensorBoard imports it into a frame and calls `render`.
 *
 * It asks for data at once, before the page is there to want it.
 */

import { askAhead } from './api/api.js';
import { listenToTheme, readAddress } from './keepers/host.js';
import { openPage } from './page.js';

// Of the modules one by one, which are not joined into one script.
const SINGLE = new URL('modules/index.js', import.meta.url).href;

/** Draw the page and keep it up to date. */
export async function render() {
  const address = readAddress();
  if (address.debug === 'modules' && !import.meta.url.endsWith('/modules/index.js')) {
    return (await import(SINGLE)).render();
  }
  nameDocument();
  askAhead(address);
  listenToTheme((theme) => {
    document.documentElement.dataset.theme = theme;
  });
  await addStyle('index.css');
  openPage();
}

/** Say to screen readers what the frame is, which TensorBoard leaves unnamed. */
function nameDocument() {
  document.title = 'kerasviz';
  document.documentElement.lang = 'en';
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
