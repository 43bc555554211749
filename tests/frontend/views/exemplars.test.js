import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exemplarFacts } from '../../../tb_plugin/static/saving/facts.js';
import { createActions } from '../../../tb_plugin/static/state/actions.js';
import { openExemplar } from '../../../tb_plugin/static/state/select.js';
import { initialState } from '../../../tb_plugin/static/state/state.js';
import { createStore } from '../../../tb_plugin/static/state/store.js';
import * as answers from '../answers.js';
import { labels, nodesOf, ofClass, ready, text } from '../page.js';

const sheet = { get: () => ({ bitmap: { width: 64, height: 48 } }) };
const TWO = [{ 7: [4, 5], 8: [5, 6] }, { 7: [4, 9], 8: [5, 6] }];
const kind = 'filter_patterns';

/** Filter 7 open at the last capture; the log has the images of these hashes. */
function filterState(held, more = {}) {
  const captures = TWO.map((images, i) => answers.exemplarCapture(i, images));
  const heads = captures.map((_, i) => answers.captureHead(i, { kind, stream: kind }));
  const record = { class_names: [], images: held.map((hash) => ({ hash, name: hash, label: null })) };
  const pictures = new Map(held.map((hash) => [hash, { width: 200, height: 100 }]));
  return {
    ...initialState(),
    view: 'filters',
    run: 'r',
    layer: { filter_patterns: 'a', grad_cam: null },
    item: { filter_patterns: '7', grad_cam: null },
    step: 0,
    isFollowing: false,
    captures: ready(answers.capturesAnswer(heads, [answers.layerHead('a', 2, { kind, stream: kind })])),
    layerAnswer: ready(answers.layerAnswer(kind, captures)),
    heldOut: ready({ record, pictures, faults: [] }),
    ...more,
  };
}

const large = (nodes) => ofClass(nodes, 'large')[0];
const drawingOf = (node) =>
  node.props?.['.drawing'] ?? node.children?.map(drawingOf).find(Boolean);

test('an exemplar of a held-out image opens the whole image with its place framed', () => {
  const nodes = nodesOf(filterState(['h4'], { exemplar: 'h4' }), sheet);
  assert.deepEqual(drawingOf(large(nodes)).rect, { x: 0, y: 0, width: 200, height: 100 });
  const [{ props }] = ofClass(nodes, 'seen'); // from 4 to 50% across, all the way down
  const [left, width, height] = ['left', 'width', 'height'].map((name) => parseFloat(props.style[name]));
  const across = width / 0.46;
  assert.ok(Math.abs(height - across / 2) < 1e-6 && Math.abs(left - 0.04 * across) < 1e-6);
  assert.match(text(nodes), /The whole held-out image/);
  assert.equal(ofClass(nodes, 'place').length, 0);
});

test('images that activate a filter less have a section, and open as the strongest do', () => {
  const state = filterState(['h5'], { exemplar: 'h5' });
  assert.doesNotMatch(text(nodesOf(filterState([]), sheet)), /activate it less/);
  for (const { record } of state.layerAnswer.value.captures) {
    record.exemplars.num_strongest = 1;
    record.exemplars.activation = record.exemplars.activation.map(() => [2, 1]);
  }
  assert.equal(openExemplar(state).item.image, 5);
  const said = text(nodesOf({ ...state, exemplar: null }, sheet));
  assert.match(said, /Images that activate it less\s+share of the strongest.*50%/);
});

test('of an image of a pool the crop is shown, and its place in an empty frame', () => {
  const nodes = nodesOf(filterState(['other'], { exemplar: 'h4' }), sheet);
  assert.deepEqual(drawingOf(large(nodes)).rect, { x: 0, y: 0, width: 12, height: 8 });
  assert.equal(ofClass(nodes, 'seen').length, 0);
  assert.match(text(nodes), /holds only this part of the image.*frame shows/);
  assert.ok(labels(nodes).includes('Place in the image: left 4%, top 0%, right 50%, bottom 100%'));
  const [frame] = ofClass(nodes, 'place'); // 12 / 0.46 by 8 pixels
  assert.deepEqual(frame.props.style, { width: '96px', height: '29px' });
});

test('nothing is said of an image that is on its way or cannot be read', () => {
  const coming = { subject: '', reading: 0, status: 'loading', value: null, message: '' };
  const waiting = nodesOf(filterState([], { exemplar: 'h4', heldOut: coming }), sheet);
  assert.match(text(waiting), /Loading the image/);
  assert.doesNotMatch(text(waiting), /holds only/);
  const state = filterState(['h4'], { exemplar: 'h4' });
  state.heldOut.value.pictures.clear();
  assert.match(text(nodesOf(state, sheet)), /whole image cannot be read/);
});

test('a box that is none has neither frame nor a word about it', () => {
  const state = filterState([], { exemplar: 'h4' });
  state.layerAnswer.value.captures[0].record.exemplars.box[0] = Array(8).fill(0.5);
  const nodes = nodesOf(state, sheet);
  assert.equal(ofClass(nodes, 'place').length, 0);
  assert.doesNotMatch(text(nodes), /frame shows/);
});

test('an exemplar opens by a press, goes to other filters, and Escape closes it first', () => {
  const store = createStore(filterState([]));
  const actions = createActions(store);
  const press = (name, event = {}) =>
    nodesOf(store.get(), sheet, actions).find(({ props }) => props?.['aria-label'] === name).props.onclick(event);
  let scrolled = null;
  const detail = { scrollTo: (to) => (scrolled = to.top) };
  press('Image 5 with the place marked', { currentTarget: { closest: () => detail } });
  assert.deepEqual([openExemplar(store.get()).item.image, scrolled], [5, 0]);
  press('This image in filter 8');
  assert.deepEqual([store.get().item[kind], openExemplar(store.get()).item.image], ['8', 5]);
  actions.escape();
  assert.deepEqual([store.get().item[kind], openExemplar(store.get())], ['8', null]);
  actions.escape();
  assert.equal(store.get().item[kind], null);
});

test('another filter, and a capture without the image, show their pattern', () => {
  const store = createStore(filterState([], { exemplar: 'h5' }));
  const actions = createActions(store);
  actions.goTo(50);
  assert.equal(openExemplar(store.get()), null);
  actions.goTo(0);
  assert.ok(openExemplar(store.get()));
  actions.moveRow(1);
  assert.deepEqual([store.get().item[kind], openExemplar(store.get())], ['8', null]);
});

test('a saved exemplar says its image and the place', () => {
  const [words] = exemplarFacts(filterState(['h4'], { exemplar: 'h4' }));
  assert.equal(words, 'image 4 · activates the filter at left 4%, top 0%, right 50%, bottom 100%');
  assert.match(exemplarFacts(filterState([], { exemplar: 'h4' }))[0], /only its part at left 4%/);
  assert.deepEqual(exemplarFacts(filterState([])), []);
});

test('the classes are charted over captures, where two have labels', () => {
  const nodes = nodesOf(filterState([]), sheet);
  assert.equal(ofClass(nodes, 'named').length, 1);
  assert.match(text(nodes), /Its classes over time .* dog\s+75%\s+cat\s+25%/);
  const state = filterState([]);
  state.layerAnswer.value.captures[1].record.exemplars.mix_total = [0, 0];
  assert.equal(ofClass(nodesOf(state, sheet), 'named').length, 0);
});
