import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, inflateSync } from 'node:zlib';
import { encodeApng } from '../../../tb_plugin/static/saving/apng.js';

const frame = (...colours) =>
  Uint8ClampedArray.from(colours.flatMap((colour) => [...colour, 255]));
const RED = [250, 0, 10];
const BLUE = [0, 20, 240];

function chunksOf(png) {
  const view = new DataView(png.buffer);
  const found = [];
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    found.push({ type, data: png.subarray(at + 8, at + 8 + length), at, length });
  }
  return found;
}

test('an animation is a PNG of its first frame, with the others behind', async () => {
  const frames = [frame(RED, BLUE), frame(BLUE, BLUE), frame(RED, RED)];
  const seen = [];
  const png = await encodeApng({ width: 2, height: 1 }, frames, 250, (i) => seen.push(i));
  assert.deepEqual(seen, [0, 1, 2]);
  assert.deepEqual([...png.subarray(1, 4)], [80, 78, 71]);
  assert.deepEqual(
    chunksOf(png).map(({ type }) => type),
    ['IHDR', 'acTL', 'fcTL', 'IDAT', 'fcTL', 'fdAT', 'fcTL', 'fdAT', 'IEND'],
  );
});

test('lines come back as they were, each byte less the one a pixel before', async () => {
  const png = await encodeApng({ width: 2, height: 1 }, [frame(RED, BLUE)], 250);
  const { data } = chunksOf(png).find(({ type }) => type === 'IDAT');
  const less = BLUE.map((value, i) => (value - RED[i]) & 255);
  assert.deepEqual([...inflateSync(data)], [1, ...RED, ...less]);
});

test('the last frame stays longest, and frames are numbered through', async () => {
  const png = await encodeApng({ width: 1, height: 1 }, [frame(RED), frame(BLUE)], 250);
  const controls = chunksOf(png).filter(({ type }) => ['fcTL', 'fdAT'].includes(type));
  const number = ({ data }) => new DataView(data.buffer, data.byteOffset).getUint32(0);
  assert.deepEqual(controls.map(number), [0, 1, 2]);
  const delay = ({ data }) => new DataView(data.buffer, data.byteOffset).getUint16(20);
  const [first, last] = controls.filter(({ type }) => type === 'fcTL');
  assert.deepEqual([delay(first), delay(last)], [250, 1000]);
});

test('every chunk has the check sum of its type and data', { skip: !crc32 }, async () => {
  const png = await encodeApng({ width: 1, height: 1 }, [frame(RED)], 250);
  const view = new DataView(png.buffer);
  for (const { at, length } of chunksOf(png)) {
    const sum = view.getUint32(at + 8 + length);
    assert.equal(sum, crc32(png.subarray(at + 4, at + 8 + length)));
  }
});
