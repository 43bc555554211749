import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBitmap, pictureSize } from '../../../tb_plugin/static/pictures/decode.js';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 73, 72, 68, 82];
const word = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const png = (width, height) => Uint8Array.from([...PNG, ...word(width), ...word(height)]);
const jpeg = (...segments) =>
  Uint8Array.from([0xff, 0xd8, ...segments.flat(), ...Array(16).fill(0)]);
const FRAME = [0xff, 0xc0, 0, 17, 8, 1, 44, 2, 88];

test('the head of a PNG tells its size', () => {
  assert.deepEqual(pictureSize(png(640, 48)), { width: 640, height: 48 });
});

test('the frame header of a JPEG tells its size, after other segments', () => {
  const comment = [0xff, 0xfe, 0, 5, 1, 2, 3];
  assert.deepEqual(pictureSize(jpeg(comment, FRAME)), { width: 600, height: 300 });
});

test('bytes inside of a larger buffer are read from their own beginning', () => {
  const around = new Uint8Array(100);
  around.set(png(3, 5), 7);
  assert.deepEqual(pictureSize(around.subarray(7, 40)), { width: 3, height: 5 });
});

for (const [what, bytes] of [
  ['nothing', Uint8Array.of()],
  ['a torn PNG', png(1, 1).subarray(0, 20)],
  ['a JPEG without a frame', jpeg()],
  ['text', new TextEncoder().encode('<svg onload="alert(1)">')],
]) {
  test(`${what} is no picture`, async () => {
    assert.equal(pictureSize(bytes), null);
    await assert.rejects(decodeBitmap(bytes), /neither PNG nor JPEG/);
  });
}

test('a picture that claims to be huge is refused before it is decoded', async () => {
  await assert.rejects(decodeBitmap(png(60_000, 60_000)), /60000 x 60000 pixels is too large/);
});
