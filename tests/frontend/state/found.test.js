import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createActions } from '../../../tb_plugin/static/state/actions.js';
import { filledIn } from '../../../tb_plugin/static/state/defaults.js';
import { found } from '../../../tb_plugin/static/state/found.js';
import { createStore } from '../../../tb_plugin/static/state/store.js';
import { isAnotherPlace } from '../../../tb_plugin/static/state/url.js';
import * as answers from '../answers.js';
import { heatmapState, ready } from '../page.js';

const IMAGES = ['x', 'y'];
const record = {
  class_names: ['dots', 'checks'],
  images: IMAGES.map((hash) => ({ hash, name: `image ${hash}`, label: 0, shown_height: 2, shown_width: 3, boxes: [] })),
};

/** A capture in which this is predicted for both images. */
const predicting = (index, ...prediction) => {
  const capture = answers.mapCapture(index, IMAGES, { prediction });
  capture.outcome.correct = prediction.map((each) => each === 0);
  return capture;
};

/** Two captures of a run that takes no image for checks, beside a run that takes the second for them. */
function opened(more = {}) {
  const others = {
    s: {
      captures: ready(answers.capturesAnswer([0, 1].map((i) => answers.captureHead(i)), [answers.layerHead('a', 2)])),
      layerAnswer: ready(answers.layerAnswer('grad_cam', [predicting(0, 1, 1), predicting(1, 0, 1)])),
      lineage: null,
    },
  };
  const state = heatmapState([predicting(0, 0, 0), predicting(1, 0, 0)], {
    view: 'compare',
    kind: 'grad_cam',
    compare: ['s'],
    others,
    heldOut: ready({ record, pictures: new Map(), faults: [] }),
    ...more,
  });
  const store = createStore(state);
  return { store, actions: createActions(store) };
}

const hits = (query, more) => {
  const { store } = opened({ query, ...more });
  return found(store.get()).hits.filter(({ what }) => what === 'image').map(({ title, remark }) => `${title}: ${remark}`);
};

test('Compare finds the images that any of its runs predicts as a class, now', () => {
  assert.deepEqual(hits('predicted checks'), ['image y: dots · predicted checks, wrong · in s']);
  assert.deepEqual(hits('predicted checks', { step: 0, isFollowing: false }), [
    'image x: dots · predicted checks, wrong · in s',
    'image y: dots · predicted checks, wrong · in s',
  ]);
  assert.deepEqual(hits('predicted checks', { view: 'heatmaps' }), []);
});

test('what one run predicts and another has right is not mixed up, and an image is found once', () => {
  assert.deepEqual(hits('checks right'), []);
  assert.deepEqual(hits('image y'), ['image y: dots · predicted dots, right']);
});

test('what is found in Compare opens there', () => {
  const { store, actions } = opened({ query: 'predicted checks' });
  assert.equal(actions.openHit(), true);
  const { view, item, cursor, query } = store.get();
  assert.deepEqual([view, item.grad_cam, cursor, query], ['compare', 'y', 'y', null]);
});

test('where predictions are not at hand one press goes there, and the search with it', () => {
  for (const view of ['overview', 'filters']) {
    const { store, actions } = opened({ view, query: 'predicted checks', layerAnswer: null });
    const [hit] = found(store.get()).hits;
    assert.deepEqual([hit.what, hit.title], ['look in', 'Heatmaps']);
    actions.goToHit(hit);
    assert.deepEqual([store.get().view, store.get().query], ['heatmaps', 'predicted checks']);
  }
});

test('an image that was found opens its first heatmap, of several', () => {
  const targets = ['predicted class', 'label'];
  const capture = answers.mapCapture(0, ['x'], { targets, maximum: [1, 1] });
  Object.assign(capture.record, { status: ['ok', 'ok'], origin: ['fresh', 'fresh'], origin_step: [null, null] });
  Object.assign(capture.outcome, { row_image: [0, 0], row_class: [0, 0], row_score: [1, 1] });
  const state = heatmapState([capture], { item: { filter_patterns: null, grad_cam: 'x' } });
  assert.equal(filledIn(state).item.grad_cam, 'x~predicted class');
  assert.equal(isAnotherPlace(state, { ...state, ...filledIn(state) }), false, 'Back would return to it for ever');
  assert.equal(filledIn({ ...state, item: { ...state.item, grad_cam: 'x~label' } }).item, undefined);
  assert.equal(filledIn({ ...state, item: { ...state.item, grad_cam: 'gone' } }).item, undefined);
});
