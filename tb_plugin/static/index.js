// @ts-check
/**
 * The entry: TensorBoard imports this file into a frame of its own and calls
 * `render`. It asks for data, styles and every file of the page at once: found one
 * by one, by their imports, the files would come in a dozen rounds.
 */

import { askAhead } from './api.js';
import { MODULES, STYLES } from './files.js';
import { listenToTheme, readAddress } from './host.js';

/** Draw the page and keep it up to date. */
export async function render() {
  listenToTheme((theme) => {
    document.documentElement.dataset.theme = theme;
  });
  askAhead(readAddress());
  const styles = STYLES.map((name) => addStyle(`${name}.css`));
  for (const name of MODULES) addLink('modulepreload', `${name}.js`);
  const [{ openPage }] = await Promise.all([
    import('./page.js'),
    ...styles,
  ]);
  openPage();
}

/**
 * @param {string} file
 * @returns {Promise<void>} Once it is there, or cannot be had.
 */
function addStyle(file) {
  const link = addLink('stylesheet', file);
  return new Promise((resolve) => {
    link.onload = link.onerror = () => resolve();
  });
}

/**
 * @param {string} rel
 * @param {string} file
 */
function addLink(rel, file) {
  const link = document.createElement('link');
  link.rel = rel;
  link.href = new URL(file, import.meta.url).href;
  document.head.append(link);
  return link;
}
