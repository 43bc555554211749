// @ts-check
/** Words of an address in, bounded texts and lists out; and the way back. */

const MAX_TEXT = 2000;
const MAX_LIST = 64;

/** @param {string | undefined} value */
export const text = (value) => (value && value.length <= MAX_TEXT ? value : null);

/** @param {readonly string[]} items */
export const joined = (items) => (items.length ? items.map(encodeURIComponent).join(',') : null);

/** @param {string | undefined} value */
export function parted(value) {
  const items = (text(value) ?? '').split(',', MAX_LIST).filter(Boolean).map(decoded);
  return [...new Set(items)];
}

/** @param {string} item */
function decoded(item) {
  try {
    return decodeURIComponent(item);
  } catch {
    return item;
  }
}
