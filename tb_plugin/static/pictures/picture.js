// @ts-check
/** Bytes of one capture's picture in, something that can be drawn out. */

import { decodeBitmap } from './decode.js';
import { entryBytes } from '../api/pack.js';

/** @typedef {{bitmap: ImageBitmap} | {values: Float32Array} | {fault: string}} Picture */

/**
 * What an entry of a pack holds: a sheet, raw maps, or the reason why neither.
 * @param {import('./pictures.js').PackKind} kind
 * @param {Uint8Array} body
 * @param {import('../api/types.js').PictureEntry} entry
 * @returns {Promise<Picture>}
 */
export async function decodePicture(kind, body, entry) {
  try {
    const bytes = entryBytes(body, entry);
    if (!bytes) return { fault: entry.fault ?? 'The picture is too large.' };
    if (kind === 'filter_patterns') return { bitmap: await decodeBitmap(bytes) };
    const length = bytes.length - (bytes.length % 4);
    return { values: new Float32Array(bytes.slice(0, length).buffer) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
