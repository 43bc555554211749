// @ts-check
/**
 * Encodes frames as an animated GIF, for programs that show only the first frame of an
 * animated PNG. Each frame has 256 colors of its own, without dithering, which would
 * make files larger and heatmaps grainy.
 *
 * The colors: of the boxes of colors, the one with the largest sum of squared errors is
 * split at its mean, until there are 256.
 *
 * Source: Graphics Interchange Format, version 89a, CompuServe 1990,
 * https://www.w3.org/Graphics/GIF/spec-gif89a.txt. Colors: Wan et al. 1990, "An algorithm
 * for multidimensional data clustering". Differs: colors are told apart by the five upper
 * bits of each channel.
 */

import { joined } from './bytes.js';

const NUM_COLORS = 256;
const NUM_BINS = 32 ** 3;
const LOOP = [0x21, 0xff, 11, ...bytesOf('NETSCAPE2.0'), 3, 1, 0, 0, 0];
const CLEAR = 256;
const END = 257;
const MAX_CODES = 4096;

/**
 * @param {{width: number, height: number}} size
 * @param {readonly Uint8ClampedArray[]} frames RGBA; alpha is ignored.
 * @param {number} delayMs Of each frame; the last one stays four times as long.
 * @param {(i: number) => void} [onFrame] Called before each frame; the page goes on meanwhile.
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function encodeGif({ width, height }, frames, delayMs, onFrame = () => {}) {
  /** @type {ArrayLike<number>[]} */
  const parts = [bytesOf('GIF89a'), [...u16(width), ...u16(height), 0x70, 0, 0], LOOP];
  for (const [i, frame] of frames.entries()) {
    onFrame(i);
    await nextTask();
    const delay = Math.round((i === frames.length - 1 ? 4 * delayMs : delayMs) / 10);
    const { palette, indices } = quantized(frame);
    parts.push([0x21, 0xf9, 4, 4, ...u16(delay), 0, 0]);
    parts.push([0x2c, 0, 0, 0, 0, ...u16(width), ...u16(height), 0x87], palette, [8], compressed(indices), [0]);
  }
  parts.push([0x3b]);
  return joined(parts);
}

/** What waits, such as drawing the page, comes first. Timers are slow in a hidden tab. */
const nextTask = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(port1.close());
    port2.postMessage(null);
  });

/**
 * @typedef {object} ColorBox
 * @property {number[]} bins
 * @property {number[]} mean Of its pixels, by channel.
 * @property {number} axis The channel with the largest error.
 * @property {number} error Sum of squares along it.
 */

/**
 * The 256 colors that stand for those of a frame, and which of them each pixel has.
 * @param {Uint8ClampedArray} frame RGBA.
 */
export function quantized(frame) {
  const counts = new Uint32Array(NUM_BINS);
  const sums = new Float64Array(3 * NUM_BINS);
  for (let at = 0; at < frame.length; at += 4) {
    const bin = binOf(frame, at);
    counts[bin] += 1;
    for (let c = 0; c < 3; c++) sums[3 * bin + c] += frame[at + c];
  }
  const means = sums.map((sum, i) => sum / counts[Math.floor(i / 3)]);
  const used = [...counts.keys()].filter((bin) => counts[bin] > 0);
  const boxes = [boxOf(used, counts, means)];
  while (boxes.length < NUM_COLORS) {
    const worst = boxes.reduce((a, b) => (b.error > a.error ? b : a));
    if (worst.error <= 0) break;
    const { bins, axis, mean } = worst;
    const [low, high] = [true, false].map((isLow) => bins.filter((bin) => means[3 * bin + axis] < mean[axis] === isLow));
    boxes.splice(boxes.indexOf(worst), 1, boxOf(low, counts, means), boxOf(high, counts, means));
  }
  const palette = new Uint8Array(3 * NUM_COLORS);
  const place = new Uint8Array(NUM_BINS);
  boxes.forEach(({ bins, mean }, i) => {
    palette.set(mean.map(Math.round), 3 * i);
    for (const bin of bins) place[bin] = i;
  });
  const indices = Uint8Array.from({ length: frame.length / 4 }, (_, i) => place[binOf(frame, 4 * i)]);
  return { palette, indices };
}

/**
 * @param {Uint8ClampedArray} frame
 * @param {number} at
 */
const binOf = (frame, at) => ((frame[at] >> 3) << 10) | ((frame[at + 1] >> 3) << 5) | (frame[at + 2] >> 3);

/**
 * @param {number[]} bins
 * @param {Uint32Array} counts
 * @param {Float64Array} means Of the pixels of each bin, by channel.
 * @returns {ColorBox}
 */
function boxOf(bins, counts, means) {
  const mean = [0, 0, 0];
  const errors = [0, 0, 0];
  let total = 0;
  // The mean and the sum of squares around it, bin by bin (West 1979).
  for (const bin of bins) {
    total += counts[bin];
    for (let c = 0; c < 3; c++) {
      const away = means[3 * bin + c] - mean[c];
      mean[c] += (away * counts[bin]) / total;
      errors[c] += counts[bin] * away * (means[3 * bin + c] - mean[c]);
    }
  }
  const error = bins.length > 1 ? Math.max(...errors) : 0;
  return { bins, mean, axis: errors.indexOf(Math.max(...errors)), error };
}

/**
 * The indices by LZW, in blocks of at most 255 bytes.
 * @param {Uint8Array} indices
 */
function compressed(indices) {
  const bits = new Bits();
  /** @type {Map<number, number>} */
  let known = new Map();
  let size = 9;
  bits.put(CLEAR, size);
  let prefix = indices[0];
  for (let i = 1; i < indices.length; i++) {
    const key = (prefix << 8) | indices[i];
    const code = known.get(key);
    if (code !== undefined) {
      prefix = code;
      continue;
    }
    bits.put(prefix, size);
    const next = END + 1 + known.size;
    if (next < MAX_CODES) {
      known.set(key, next);
      if (next === 1 << size) size += 1;
    } else {
      bits.put(CLEAR, size);
      known = new Map();
      size = 9;
    }
    prefix = indices[i];
  }
  bits.put(prefix, size);
  bits.put(END, size);
  return bits.blocks();
}

/** Packs codes of several bits, the lowest bit first. */
class Bits {
  /** @type {number[]} */
  #bytes = [];
  #rest = 0;
  #numRest = 0;

  /**
   * @param {number} code
   * @param {number} size Bits.
   */
  put(code, size) {
    this.#rest |= code << this.#numRest;
    this.#numRest += size;
    for (; this.#numRest >= 8; this.#numRest -= 8) {
      this.#bytes.push(this.#rest & 255);
      this.#rest >>>= 8;
    }
  }

  /** All bytes, each block with its length before. */
  blocks() {
    const all = this.#numRest ? [...this.#bytes, this.#rest & 255] : this.#bytes;
    const parts = [];
    for (let at = 0; at < all.length; at += 255) {
      const block = all.slice(at, at + 255);
      parts.push([block.length], block);
    }
    return joined(parts);
  }
}

/** @param {number} value */
const u16 = (value) => [value & 255, (value >> 8) & 255];

/** @param {string} text */
function bytesOf(text) {
  return [...text].map((letter) => letter.charCodeAt(0));
}
