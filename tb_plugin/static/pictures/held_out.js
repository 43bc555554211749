// @ts-check
/** The pack of a stream's held-out images in, decoded pictures by hash out. */

import { decodeBitmap, MAX_PIXELS } from './decode.js';
import { entryBytes } from '../api/pack.js';

/** @typedef {import('../api/types.js').HeldOutHeader} HeldOutHeader */

const MAX_IMAGES = 1024;

/**
 * One torn image is a fault of its own and leaves the others.
 * @param {{header: HeldOutHeader, body: Uint8Array}} pack
 * @returns {Promise<import('../api/types.js').HeldOut>}
 */
export async function decodeHeldOut({ header, body }) {
  const record = header.held_out;
  const faults = [...header.faults];
  /** @type {Map<string, ImageBitmap>} */
  const pictures = new Map();
  let room = 2 * MAX_PIXELS;
  for (const [i, entry] of header.entries.slice(0, MAX_IMAGES).entries()) {
    try {
      const bytes = entryBytes(body, entry);
      if (!bytes) throw new Error(entry.fault ?? 'The image is not there.');
      const picture = await decodeBitmap(bytes);
      room -= picture.width * picture.height;
      if (room < 0) throw new Error('The images together are too large to show.');
      pictures.set(entry.hash, picture);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      faults.push({ tag: record.stream, step: null, message: `Image ${i}: ${why}` });
    }
  }
  return { record, pictures, faults };
}
