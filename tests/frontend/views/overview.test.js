import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState } from '../../../tb_plugin/static/state/state.js';
import { scaleOf } from '../../../tb_plugin/static/views/parts/strip.js';
import * as answers from '../answers.js';
import { labels, nodesOf, ofClass, ready, text } from '../page.js';

const changes = (...values) =>
  values.map((value) => (value === null ? null : { value, isNoise: false }));

test('the colors of a matrix begin at no change', () => {
  assert.deepEqual(scaleOf([changes(0, 0.2, 0.8), changes(null, 0.7)]), { least: 0, most: 0.8 });
});

test('colors of changes that are all large tell them apart', () => {
  assert.deepEqual(scaleOf([changes(0, 0.9, 0.95), changes(null, 1)]), { least: 0.9, most: 1 });
});

test('changes that are all the same, or in the noise, have no colors of their own', () => {
  assert.deepEqual(scaleOf([changes(0.5, 0.5, 0.5)]), { least: 0, most: 0.5 });
  assert.deepEqual(scaleOf([[{ value: 0.9, isNoise: true }]]), { least: 0, most: 0 });
});

test('a long name of a layer keeps its end, where layers differ', () => {
  const state = overviewState(2, true);
  const none = { baseline: [null, null], previous: [null, null] };
  const path = 'backbone/stage3_block2_depthwise_conv/conv2d';
  state.overview.value.layers = [
    { kind: 'filter_patterns', path, stream: 's', steps: [0, 50], status: [{}, {}], unchanged: [false, false], is_noise: none, measures: {}, layer_measures: {} },
  ];
  const cut = ofClass(nodesOf(state), 'change-row').flatMap(({ children }) => children[0].children);
  assert.deepEqual(cut.map(({ props }) => props.class), ['cut']);
  assert.equal(text(cut[0].children[1].children), 'se_conv/conv2d');
});

test('a layer in which nothing is finite has changed by no number, and is marked', () => {
  const nothing = [null, null];
  const layer = {
    kind: 'filter_patterns',
    path: 'a',
    stream: 'filter_patterns',
    steps: [0, 50],
    status: [{ live: 2 }, { not_finite: 2 }],
    unchanged: [false, true],
    is_noise: { baseline: nothing, previous: [null, true] },
    measures: { change_previous: { low: nothing, median: [null, 0.7], high: nothing, mean: nothing } },
    layer_measures: {},
  };
  const state = overviewState(2, true);
  state.overview.value.layers = [layer];
  const nodes = nodesOf({ ...state, since: 'previous' });
  assert.ok(labels(nodes).includes('a, now not finite'));
  const [strip] = ofClass(nodes, 'strip');
  assert.deepEqual(strip.children.map(({ props }) => props.class), ['unknown', 'broken']);
});

const overviewState = (count, labelled) => {
  const unlabelled = { num_labelled: 0, num_correct: 0 };
  const heads = Array.from({ length: count }, (_, i) =>
    answers.captureHead(i, labelled ? {} : unlabelled));
  const steps = heads.map(({ step }) => step);
  const outcome = {
    stream: 'grad_cam',
    steps,
    num_labelled: steps.map(() => (labelled ? 4 : 0)),
    num_correct: steps.map(() => 1),
    num_flips: steps.map(() => 0),
  };
  return {
    ...initialState(),
    view: 'overview',
    run: 'r',
    captures: ready(answers.capturesAnswer(heads, [])),
    overview: ready({ run: 'r', findings: [], layers: [], outcomes: [outcome] }),
  };
};

test('cards that have nothing to say do not stand there', () => {
  const said = text(nodesOf(overviewState(1, false)));
  assert.doesNotMatch(said, /Held-out images right|Energy inside|Where the network changes/);
  assert.match(said, /Only one capture so far/);
});

test('a card of what was measured is there, with its present number', () => {
  const nodes = nodesOf(overviewState(2, true));
  assert.match(text(nodes), /Held-out images right +25% +25% at first/);
  assert.equal(ofClass(nodes, 'outcomes').length, 1);
});
