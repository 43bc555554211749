import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeGif, quantized } from '../../../tb_plugin/static/saving/gif.js';

const frame = (...colors) => Uint8ClampedArray.from(colors.flatMap((color) => [...color, 255]));
const RED = [250, 0, 10];
const BLUE = [0, 20, 240];

/** The frames of a GIF, decoded as the specification says. */
function framesOf(gif) {
  const u16 = (at) => gif[at] | (gif[at + 1] << 8);
  const frames = [];
  let delay = 0;
  let at = 13;
  while (gif[at] !== 0x3b) {
    if (gif[at] === 0x21) {
      if (gif[at + 1] === 0xf9) delay = u16(at + 4);
      at += 2;
      while (gif[at]) at += gif[at] + 1;
      at += 1;
      continue;
    }
    const palette = gif.subarray(at + 10, at + 10 + 768);
    at += 10 + 768 + 1;
    const bytes = [];
    while (gif[at]) {
      bytes.push(...gif.subarray(at + 1, at + 1 + gif[at]));
      at += gif[at] + 1;
    }
    at += 1;
    const colors = indicesOf(bytes).map((index) => [...palette.subarray(3 * index, 3 * index + 3)]);
    frames.push({ delay, colors });
  }
  return frames;
}

function indicesOf(bytes) {
  const found = [];
  let [table, size, before, rest, numRest] = [[], 9, null, 0, 0];
  for (const byte of bytes) {
    rest |= byte << numRest;
    numRest += 8;
    while (numRest >= size) {
      const code = rest & ((1 << size) - 1);
      rest >>>= size;
      numRest -= size;
      if (code === 257) return found;
      if (code === 256) {
        table = Array.from({ length: 256 }, (_, i) => [i]);
        table.length = 258;
        [size, before] = [9, null];
        continue;
      }
      const entry = code < table.length ? table[code] : [...before, before[0]];
      found.push(...entry);
      if (before && table.length < 4096) table.push([...before, entry[0]]);
      if (table.length === 1 << size && size < 12) size += 1;
      before = entry;
    }
  }
  return found;
}

test('frames come back as they were, the last one four times as long', async () => {
  const gif = await encodeGif({ width: 2, height: 1 }, [frame(RED, BLUE), frame(BLUE, BLUE)], 250);
  assert.equal(String.fromCharCode(...gif.subarray(0, 6)), 'GIF89a');
  assert.deepEqual(framesOf(gif), [
    { delay: 25, colors: [RED, BLUE] },
    { delay: 100, colors: [BLUE, BLUE] },
  ]);
});

test('a frame that fills the table of codes comes back whole', async () => {
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) % 200;
  const colors = Array.from({ length: 30_000 }, () => [8 * (random() % 32), 0, 8 * (random() % 8)]);
  const [{ colors: found }] = framesOf(await encodeGif({ width: 300, height: 100 }, [frame(...colors)], 100));
  assert.equal(found.length, 30_000);
  assert.deepEqual(found, colors);
});

test('the page goes on between frames, and each is announced', async () => {
  let [numTurns, isDone] = [0, false];
  const turn = () => {
    numTurns += 1;
    if (!isDone) setImmediate(turn);
  };
  turn();
  const seen = [];
  const frames = [frame(RED), frame(BLUE), frame(RED)];
  await encodeGif({ width: 1, height: 1 }, frames, 100, (i) => seen.push([i, numTurns]));
  isDone = true;
  assert.deepEqual(seen.map(([i]) => i), [0, 1, 2]);
  assert.equal(new Set(seen.map(([, turns]) => turns)).size, 3);
});

test('of more than 256 colors those are kept that many pixels have', () => {
  const many = Array.from({ length: 4096 }, (_, i) => [8 * (i >> 8), 8 * ((i >> 4) & 15), 8 * (i & 15)]);
  const often = Array.from({ length: 5000 }, () => [255, 255, 255]);
  const { palette, indices } = quantized(frame(...many, ...often));
  const colorOf = (i) => palette.subarray(3 * indices[i], 3 * indices[i] + 3);
  assert.deepEqual([...colorOf(5000)], [255, 255, 255]);
  const errors = many.map((color, i) => Math.max(...color.map((value, c) => Math.abs(value - colorOf(i)[c]))));
  assert.ok(errors.reduce((a, b) => a + b, 0) / errors.length < 16);
});
