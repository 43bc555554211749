// @ts-check
/** A request that the server cannot answer yet is made again, until it can. */

import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';

import { ApiError, fetchVersion } from '../../../tb_plugin/static/api/api.js';

const ANSWER = { run: 'a', version: '1' };
const busy = () => new Response('', { status: 503, headers: { 'Retry-After': '0.001' } });

/** @param {Array<() => Response>} responses In the order of the requests. */
function serve(responses) {
  const asked = mock.method(globalThis, 'fetch', async () => {
    const respond = responses.shift();
    if (!respond) throw new TypeError('nobody there');
    return respond();
  });
  return asked.mock;
}

afterEach(() => mock.restoreAll());

test('what is still being read is asked for again', async () => {
  const asked = serve([busy, busy, () => Response.json(ANSWER)]);
  assert.deepEqual(await fetchVersion('a'), ANSWER);
  assert.equal(asked.callCount(), 3);
});

test('an outage is no such answer', async () => {
  const asked = serve([() => new Response('', { status: 503 })]);
  await assert.rejects(fetchVersion('a'), new ApiError('TensorBoard returned 503.'));
  assert.equal(asked.callCount(), 1);
});

test('a server that leaves while it is waited for is said', async () => {
  serve([busy]);
  await assert.rejects(fetchVersion('a'), /does not respond/);
});
