import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchRun } from '../../../tb_plugin/static/keepers/watch.js';
import { filledIn } from '../../../tb_plugin/static/state/defaults.js';
import { initialState } from '../../../tb_plugin/static/state/state.js';
import { createStore } from '../../../tb_plugin/static/state/store.js';
import { captureHead, capturesAnswer, layerHead } from '../answers.js';
import { nodesOf, ofClass, ready } from '../page.js';

const heads = (count, lastReason = 'schedule') =>
  Array.from({ length: count }, (_, i) =>
    captureHead(i, i === count - 1 ? { reason: lastReason } : {}),
  );
const answer = (captures) => ready(capturesAnswer(captures, [layerHead('a', captures.length)]));

/** A page that is watched, whose time a test moves. */
function watched(captures, log) {
  const store = createStore({ ...initialState(), run: 'r', captures });
  const waiting = [];
  const counts = { asked: 0, read: 0 };
  const fetchVersion = async () => {
    counts.asked += 1;
    if (log.isAway) throw new Error('TensorBoard does not answer.');
    return { run: 'r', version: log.version };
  };
  watchRun(store, { fetchVersion }, () => (counts.read += 1), {
    isSeen: () => log.isSeen ?? true,
    later: (act) => waiting.push(act),
  });
  async function tick() {
    waiting.shift()();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return { store, counts, tick, waiting };
}

test('the log is read again once its version is another, and only then', async () => {
  const log = { version: 'v2' };
  const { counts, tick } = watched(answer(heads(2)), log);
  await tick();
  assert.deepEqual(counts, { asked: 1, read: 0 });
  log.version = 'v3';
  await tick();
  assert.deepEqual(counts, { asked: 2, read: 1 });
});

test('a hidden page asks nothing, and goes on once it is seen', async () => {
  const log = { version: 'v3', isSeen: false };
  const { counts, tick } = watched(answer(heads(2)), log);
  await tick();
  assert.equal(counts.asked, 0);
  log.isSeen = true;
  await tick();
  assert.equal(counts.read, 1);
});

test('an outage is waited for', async () => {
  const log = { version: 'v3', isAway: true };
  const { counts, tick } = watched(answer(heads(2)), log);
  await tick();
  log.isAway = false;
  await tick();
  assert.deepEqual(counts, { asked: 2, read: 1 });
});

test('a run that has finished is asked about for two minutes more, one that trains goes on', async () => {
  for (const [reason, most] of [['last', 40], ['schedule', 60]]) {
    const { counts, tick } = watched(answer(heads(2, reason)), { version: 'v2' });
    for (let i = 0; i < 60; i += 1) await tick();
    assert.equal(counts.asked, most, reason);
  }
});

test('a log without a run is listed again', async () => {
  const { counts, tick, store } = watched(null, { version: '' });
  store.set({ run: null, runs: ready({ schema: 1, runs: [] }) });
  await tick();
  assert.deepEqual(counts, { asked: 0, read: 1 });
});

test('a page that stays at an old capture says how many new ones there are', () => {
  const at = { ...initialState(), view: 'overview', run: 'r', step: 50, isFollowing: false };
  const first = { ...at, captures: answer(heads(3)) };
  const seen = { ...first, ...filledIn(first) };
  assert.equal(seen.newestSeen, 100);
  const grown = { ...seen, captures: answer(heads(6)) };
  const [button] = ofClass(nodesOf({ ...grown, ...filledIn(grown) }), 'follow');
  assert.equal(button.children.join(''), '3 new captures');
});
