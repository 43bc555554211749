// @ts-check
/**
 * Encoded bytes in, a decoded picture of bounded size out. The size is read from
 * the head of the file first: a small file may ask for gigabytes.
 */

export const MAX_PIXELS = 32 * 2 ** 20;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * @param {Uint8Array} bytes PNG or JPEG.
 * @returns {Promise<ImageBitmap>}
 * @throws {Error} A sentence: not a picture, too large, or torn.
 */
export async function decodeBitmap(bytes) {
  const size = pictureSize(bytes);
  if (!size) throw new Error('The picture is neither PNG nor JPEG, or is torn.');
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
 * Width and height as the head of the file has them; null where it has none.
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
 * Walks the segments to the frame header (SOF).
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
 * C0-CF, but for the tables C4, C8 and CC.
 * @param {number} marker
 */
const isFrameHeader = (marker) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
