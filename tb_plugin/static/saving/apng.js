// @ts-check
/**
 * Encodes frames as an animated PNG, which every browser plays; other programs show
 * its first frame. The browser's own compression does the packing.
 *
 * Source: PNG Specification, 3rd edition, 2025, chunks `acTL`, `fcTL`, `fdAT`,
 * https://www.w3.org/TR/png-3/.
 */

import { joined } from './bytes.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const CHANNELS = 3;

/**
 * @param {{width: number, height: number}} size
 * @param {readonly Uint8ClampedArray[]} frames RGBA; alpha is left out.
 * @param {number} delayMs Of each frame; the last one stays four times as long.
 * @param {(i: number) => void} [onFrame] Called before each frame; the page goes on meanwhile.
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function encodeApng({ width, height }, frames, delayMs, onFrame = () => {}) {
  const header = joined([u32(width), u32(height), [8, 2, 0, 0, 0]]);
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('acTL', joined([u32(frames.length), u32(0)])),
  ];
  let sequence = 0;
  for (const [i, frame] of frames.entries()) {
    onFrame(i);
    const delay = i === frames.length - 1 ? 4 * delayMs : delayMs;
    const place = [...u32(width), ...u32(height), ...u32(0), ...u32(0)];
    parts.push(chunk('fcTL', joined([u32(sequence++), place, u16(delay), u16(1000), [0, 0]])));
    const data = await deflated(scanlines(frame, width, height));
    if (i === 0) parts.push(chunk('IDAT', data));
    else parts.push(chunk('fdAT', joined([u32(sequence++), data])));
  }
  parts.push(chunk('IEND', new Uint8Array(0)));
  return joined(parts);
}

/**
 * The filtered scanlines: each begins with its filter type, 1 (Sub): every byte minus
 * that of the pixel before.
 * @param {Uint8ClampedArray} rgba
 * @param {number} width
 * @param {number} height
 */
function scanlines(rgba, width, height) {
  const stride = 1 + CHANNELS * width;
  const lines = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    lines[y * stride] = 1;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < CHANNELS; c++) {
        const at = 4 * (y * width + x) + c;
        const left = x ? rgba[at - 4] : 0;
        lines[y * stride + 1 + CHANNELS * x + c] = rgba[at] - left;
      }
    }
  }
  return lines;
}

/** @param {Uint8Array<ArrayBuffer>} data */
async function deflated(data) {
  const stream = new Blob([data]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {string} type
 * @param {Uint8Array} data
 */
function chunk(type, data) {
  const named = joined([[...type].map((letter) => letter.charCodeAt(0)), data]);
  return joined([u32(data.length), named, u32(crc(named))]);
}

/** @param {number} value */
const u32 = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

/** @param {number} value */
const u16 = (value) => [(value >>> 8) & 255, value & 255];

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** @param {Uint8Array} data */
function crc(data) {
  let c = 0xffffffff;
  for (const byte of data) c = CRC_TABLE[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
