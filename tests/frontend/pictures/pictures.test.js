import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pictures } from '../../../tb_plugin/static/pictures/pictures.js';
import { decodePack } from '../../../tb_plugin/static/api/pack.js';
import { packOf } from '../answers.js';

const layer = { run: 'r', kind: 'grad_cam', path: 'a' };
const key = (step) => ({ key: `k${step}`, step, version: `v${step}`, cost: 4 });

/** A server that answers each step with that step as a float32. */
function server(entryOf = (step, i) => ({ step, offset: 4 * i, length: 4 })) {
  const asked = [];
  const fetchPictures = async (_, steps, versions) => {
    asked.push({ steps, versions });
    const floats = new Uint8Array(Float32Array.from(steps).buffer);
    return decodePack(packOf({ entries: steps.map(entryOf) }, [floats]));
  };
  return { asked, fetchPictures };
}

/** Resolves with the trouble that the next answer tells. */
function opened(fetchPictures) {
  const waiting = [];
  const pictures = new Pictures(fetchPictures, (trouble) => waiting.shift()?.(trouble));
  const arrival = () => new Promise((resolve) => waiting.push(resolve));
  return { pictures, arrival };
}

test('what is wanted comes in one pack, with its version', async () => {
  const { asked, fetchPictures } = server();
  const { pictures, arrival } = opened(fetchPictures);
  pictures.want([{ layer, keys: [key(50), key(0)] }]);
  assert.equal(await arrival(), '');
  assert.deepEqual(asked, [{ steps: [50, 0], versions: ['v50', 'v0'] }]);
  assert.deepEqual([...pictures.get(key(50)).values], [50]);
});

test('what is here or on its way is not asked for again', async () => {
  const { asked, fetchPictures } = server();
  const { pictures, arrival } = opened(fetchPictures);
  pictures.want([{ layer, keys: [key(0)] }]);
  pictures.want([{ layer, keys: [key(0)] }]);
  await arrival();
  pictures.want([{ layer, keys: [key(0)] }]);
  assert.equal(asked.length, 1);
});

test('a fault in the log is kept as such', async () => {
  const { fetchPictures } = server((step) => ({ step, fault: 'no picture at this step' }));
  const { pictures, arrival } = opened(fetchPictures);
  pictures.want([{ layer, keys: [key(0)] }]);
  await arrival();
  assert.deepEqual(pictures.get(key(0)), { fault: 'no picture at this step' });
});

test('an entry outside the pack is a fault of its own', async () => {
  const { fetchPictures } = server((step, i) => ({ step, offset: i ? 999 : 0, length: 4 }));
  const { pictures, arrival } = opened(fetchPictures);
  pictures.want([{ layer, keys: [key(0), key(50)] }]);
  await arrival();
  assert.ok('values' in pictures.get(key(0)));
  assert.match(pictures.get(key(50)).fault, /corrupt/);
});

test('what was left out of a full pack is asked for again', async () => {
  let isFull = true;
  const { asked, fetchPictures } = server((step, i) =>
    isFull && i ? { step, left_out: true } : { step, offset: 4 * i, length: 4 },
  );
  const { pictures, arrival } = opened(fetchPictures);
  pictures.want([{ layer, keys: [key(0), key(50)] }]);
  await arrival();
  assert.equal(pictures.get(key(50)), undefined);
  isFull = false;
  pictures.want([{ layer, keys: [key(0), key(50)] }]);
  await arrival();
  assert.deepEqual(
    asked.map(({ steps }) => steps),
    [[0, 50], [50]],
  );
  assert.ok('values' in pictures.get(key(50)));
});

test('a failed request tells why, is not repeated by itself, and is forgiven', async () => {
  let isDown = true;
  const { fetchPictures } = server();
  const { pictures, arrival } = opened(async (...how) => {
    if (isDown) throw new Error('TensorBoard does not respond.');
    return fetchPictures(...how);
  });
  pictures.want([{ layer, keys: [key(0)] }]);
  assert.equal(await arrival(), 'TensorBoard does not respond.');
  isDown = false;
  pictures.want([{ layer, keys: [key(0)] }]);
  assert.equal(pictures.get(key(0)), undefined);
  pictures.forgive();
  pictures.want([{ layer, keys: [key(0)] }]);
  assert.equal(await arrival(), '');
  assert.ok('values' in pictures.get(key(0)));
});

const many = (from, count) => Array.from({ length: count }, (_, i) => key(from + i));

/** A server that answers nothing but single pictures until it is told to. */
function slowServer() {
  const { asked, fetchPictures } = server();
  let answer = () => {};
  const held = new Promise((resolve) => (answer = resolve));
  const fetchSlowly = async (...how) => {
    const pack = fetchPictures(...how);
    if (how[1].length > 1) await held;
    return pack;
  };
  return { asked, answer, ...opened(fetchSlowly) };
}

test('of a long wish the first ones come in a small pack, later ones two at a time', async () => {
  const { asked, fetchPictures } = server();
  const { pictures, arrival } = opened(fetchPictures);
  pictures.want([{ layer, keys: many(0, 100) }]);
  const sizes = () => asked.map(({ steps }) => steps.length);
  assert.deepEqual(sizes(), [4, 16, 16]);
  await Promise.all(Array.from({ length: 7 }, arrival));
  assert.deepEqual(sizes(), [4, 16, 16, 16, 16, 16, 16]);
});

test('a newer wish comes first, and does not wait for packs under way', async () => {
  const { asked, answer, pictures, arrival } = slowServer();
  pictures.want([{ layer, keys: many(0, 100) }]);
  pictures.want([{ layer, keys: [key(900)] }]);
  assert.equal(asked.at(-1).steps[0], 900);
  await arrival();
  assert.ok(pictures.get(key(900)));
  answer();
});
