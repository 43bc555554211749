// @ts-check
/**
 * Decodes the pictures that come in packs: bitmaps, heatmaps, held-out images.
 *
 * The size of a picture is read from the head of its file first, and bounded: a small
 * file may ask for gigabytes.
 */

import { entryBytes } from '../api/pack.js';

/** @typedef {import('../api/types.js').HeldOutHeader} HeldOutHeader */

const MAX_PIXELS = 32 * 2 ** 20;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * @param {Uint8Array} bytes PNG or JPEG.
 * @returns {Promise<ImageBitmap>}
 * @throws {Error} A sentence: not a picture, too large, or torn.
 */
export async function decodeBitmap(bytes) {
  const size = pictureSize(bytes);
  if (!size) throw new Error('The picture is neither PNG nor JPEG, or is corrupt.');
  if (size.width * size.height > MAX_PIXELS) {
    throw new Error(`The picture of ${size.width} x ${size.height} pixels is too large.`);
  }
  const type = isPng(bytes) ? 'image/png' : 'image/jpeg';
  try {
    return await createImageBitmap(new Blob([new Uint8Array(bytes)], { type }));
  } catch {
    throw new Error('The picture cannot be decoded.');
  }
}

/**
 * Width and height from the head of the file; null if it has none.
 * @param {Uint8Array} bytes
 * @returns {{width: number, height: number} | null}
 */
export function pictureSize(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isPng(bytes)) {
    return bytes.length < 24 ? null : { width: view.getUint32(16), height: view.getUint32(20) };
  }
  return bytes.length > 4 && view.getUint16(0) === 0xffd8 ? jpegSize(view) : null;
}

/** @param {Uint8Array} bytes */
const isPng = (bytes) => PNG.every((byte, i) => bytes[i] === byte);

/**
 * Size in the frame header (SOF), after the segments before it.
 * @param {DataView} view
 */
function jpegSize(view) {
  let at = 2;
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (isFrameHeader(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}

/**
 * C0-CF, except the tables C4, C8 and CC.
 * @param {number} marker
 */
const isFrameHeader = (marker) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

const MAX_IMAGES = 1024;

/**
 * Decode the held-out images of a stream. A corrupt image is reported as a fault and
 * the others are kept.
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

/** @typedef {{bitmap: ImageBitmap} | {values: Float32Array} | {fault: string}} Picture */

/**
 * The content of an entry of a pack: a sheet, raw heatmaps, or the reason why neither.
 * @param {import('../api/types.js').PackKind} kind
 * @param {Uint8Array} body
 * @param {import('../api/types.js').PictureEntry} entry
 * @returns {Promise<Picture>}
 */
export async function decodePicture(kind, body, entry) {
  try {
    const bytes = entryBytes(body, entry);
    if (!bytes) return { fault: entry.fault ?? 'The picture is too large.' };
    if (kind === 'filter_patterns' || kind === 'exemplars') return { bitmap: await decodeBitmap(bytes) };
    const length = bytes.length - (bytes.length % 4);
    return { values: new Float32Array(bytes.slice(0, length).buffer) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
