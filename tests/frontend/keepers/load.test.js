import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepLoaded } from '../../../tb_plugin/static/keepers/load.js';
import { createActions } from '../../../tb_plugin/static/state/actions.js';
import { filledIn } from '../../../tb_plugin/static/state/defaults.js';
import { initialState } from '../../../tb_plugin/static/state/state.js';
import { createStore } from '../../../tb_plugin/static/state/store.js';
import { captureHead, capturesAnswer, layerAnswer, layerHead, mapCapture } from '../answers.js';

const loaded = (value) => ({ subject: '', reading: 0, status: 'ready', value, message: '' });
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A page on a log that tests may change and break. */
function page(log) {
  const store = createStore({ ...initialState(), view: log.view ?? 'heatmaps' });
  const answer =
    (compute) =>
    async (...how) => {
      if (log.trouble) throw new Error(log.trouble);
      return compute(...how);
    };
  const api = {
    fetchRuns: answer(() => ({
      schema: 1,
      runs: log.runs.map((run) => ({ run, streams: ['grad_cam'] })),
    })),
    fetchCaptures: answer((run) =>
      capturesAnswer(
        log.steps.map((index) => captureHead(index)),
        (log.layers?.[run] ?? ['a']).map((path) => layerHead(path, log.steps.length)),
      ),
    ),
    fetchLayer: answer((run, kind, path) => ({
      ...layerAnswer(
        'grad_cam',
        log.steps.map((index) => mapCapture(index, ['x'])),
      ),
      ...(log.asked?.push([run, path]) && {}),
      run,
    })),
    fetchOverview: answer((run) => ({ run, layers: [], outcomes: [], findings: [] })),
    loadHeldOut: answer(() => null),
  };
  const wanted = [];
  const pictures = { want: ([first]) => wanted.push(first?.keys ?? []), forgive() {}, get() {} };
  keepLoaded(store, api, pictures);
  return { store, actions: createActions(store), wanted };
}

test('the first run, its last layer and the newest step are filled in', async () => {
  const { store } = page({ runs: ['r', 's'], steps: [0, 1, 2] });
  await settled();
  const { run, layer, step, isFollowing } = store.get();
  assert.deepEqual(
    { run, layer: layer.grad_cam, step, isFollowing },
    { run: 'r', layer: 'a', step: 100, isFollowing: true },
  );
});

test('new captures move a page that follows, and no other', async () => {
  const log = { runs: ['r'], steps: [0, 1] };
  const { store, actions } = page(log);
  await settled();
  log.steps = [0, 1, 2];
  actions.readAgain();
  await settled();
  assert.equal(store.get().step, 100);
  actions.goTo(50);
  log.steps = [0, 1, 2, 3];
  actions.readAgain();
  await settled();
  assert.equal(store.get().step, 50);
  assert.equal(store.get().isFollowing, false);
});

test('a failure keeps what was read and says why, until it is read again', async () => {
  const log = { runs: ['r'], steps: [0, 1] };
  const { store, actions } = page(log);
  await settled();
  log.trouble = 'TensorBoard does not respond.';
  actions.readAgain();
  await settled();
  const { captures } = store.get();
  assert.equal(captures.status, 'failed');
  assert.equal(captures.message, 'TensorBoard does not respond.');
  assert.equal(captures.value.captures.length, 2);
  log.trouble = '';
  actions.readAgain();
  await settled();
  assert.equal(store.get().captures.status, 'ready');
});

test('an answer to a run that is no longer asked for is dropped', async () => {
  const { store, actions } = page({ runs: ['r', 's'], steps: [0] });
  await settled();
  actions.chooseRun('s');
  actions.chooseRun('r');
  await settled();
  assert.equal(store.get().layerAnswer.value.run, 'r');
});

test('the present picture is wanted first', async () => {
  const { actions, wanted } = page({ runs: ['r'], steps: [0, 1, 2] });
  await settled();
  actions.goTo(50);
  assert.equal(wanted.at(-1)[0].step, 50);
});

test('the default layer is the deepest of those drawn most often', () => {
  const layers = [layerHead('early', 3), layerHead('late', 3), layerHead('given up', 1)];
  const captures = loaded(capturesAnswer([captureHead(0)], layers));
  const state = { ...initialState(), view: 'heatmaps', run: 'r', captures };
  assert.equal(filledIn(state).layer.grad_cam, 'late');
});

test('a run with several captures opens on its overview', async () => {
  const { store } = page({ runs: ['r'], steps: [0, 1], view: 'auto' });
  await settled();
  assert.equal(store.get().view, 'overview');
  assert.equal(store.get().overview.value.run, 'r');
});

test('a run with one capture, without patterns, opens on its heatmaps', async () => {
  const { store } = page({ runs: ['r'], steps: [0], view: 'auto' });
  await settled();
  assert.equal(store.get().view, 'heatmaps');
});

test('of a run of another architecture a layer of its own is asked for', async () => {
  const layers = { r: ['a'], s: ['b1', 'b2'] };
  const log = { runs: ['r', 's'], steps: [0, 1], view: 'compare', layers, asked: [] };
  const { store, actions } = page(log);
  actions.setLook({ kind: 'grad_cam', compare: ['s'] });
  await settled();
  await settled();
  assert.deepEqual(log.asked.at(-1), ['s', 'b2']);
  assert.equal(store.get().others.s.layerAnswer.status, 'ready');
  actions.setLook({ laneLayers: { s: 'b1' } });
  assert.deepEqual(log.asked.at(-1), ['s', 'b1']);
});
