import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as answers from '../answers.js';
import { heatmapState, labels, maps, nodesOf, ofClass, text } from '../page.js';

/** A capture of two images, of which the second is a mistake explained three times. */
function mistaken(index) {
  const targets = ['predicted class', 'predicted class', 'label', 'predicted instead of label'];
  const capture = answers.mapCapture(index, ['x', 'y'], { targets, maximum: [1, 1, 1, 1] });
  const four = [0, 0, 0, 0];
  Object.assign(capture.record, { status: four.map(() => 'ok'), origin: four.map(() => 'fresh'), origin_step: four.map(() => null) });
  Object.assign(capture.outcome, {
    prediction: [0, 1],
    correct: [true, false],
    label_value: [0.9, 0.1],
    label_loss: [0.105, 2.3],
    row_image: [0, 1, 1, 1],
    row_class: [0, 1, 0, null],
    row_score: four,
  });
  return capture;
}

const state = (more = {}) => heatmapState([answers.mapCapture(0, ['x', 'y']), mistaken(1)], { show: 'grid', ...more });
const four = { get: () => ({ values: new Float32Array(24) }) };
const items = (nodes) => ofClass(nodes, 'item');
const pictures = (nodes) => ofClass(nodes, 'parts').map(({ children }) => children.length);

test('the grid has each image once, with its loss and what it was mistaken for', () => {
  const nodes = nodesOf(state(), four);
  assert.equal(items(nodes).length, 2);
  assert.deepEqual(pictures(nodes), [1, 1]);
  const label = labels(items(nodes))[1];
  assert.match(label, /predicted checks 90%, label dots, wrong, loss 2.3, 100% of this image's scale, right before, forgotten 1 time$/);
});

test('among mistakes the maps of prediction, label and contrast stand side by side', () => {
  const nodes = nodesOf(state({ only: 'wrong' }), four);
  assert.deepEqual(pictures(nodes), [3]);
  assert.match(text(nodes), /predicted class · label · why the prediction and not the label/);
});

test('a cell of the confusion matrix chooses its images and their maps', () => {
  const nodes = nodesOf(state(), four);
  const [cell] = nodes.filter((node) => /label dots, predicted checks: 1 image, 50%/.test(node.props?.['aria-label']));
  assert.equal(cell.props['aria-pressed'], 'false');
  const chosen = nodesOf(state({ label: 0, predicted: 1 }), four);
  assert.deepEqual(pictures(chosen), [3]);
  assert.match(text(chosen), /Label dots, predicted checks/);
});

test('without labels the matrix says what to do', () => {
  const capture = answers.mapCapture(0, ['x']);
  Object.assign(capture.outcome, { label: [null], correct: [null] });
  const said = text(nodesOf(heatmapState([capture], { show: 'grid' }), maps));
  assert.match(said, /pass labels=/);
  assert.match(said, /wrong now 0 unknown 1 /);
});

test('outputs that are not finite are unknown, and no reason to ask for labels', () => {
  const sound = answers.mapCapture(0, ['x', 'y']);
  const broken = answers.mapCapture(1, ['x', 'y']);
  Object.assign(broken.outcome, { prediction: [null, null], value: [null, null], correct: [null, null] });
  const said = (captures, more) => text(nodesOf(heatmapState(captures, { show: 'grid', ...more }), maps));
  const after = said([sound, broken]);
  assert.match(after, /wrong now 0 unknown 2 /);
  assert.match(after, /Confusions 2 unknown: no label, or outputs that are not finite/);
  assert.doesNotMatch(after, /0 images wrong/);
  assert.doesNotMatch(said([sound, broken], { step: 0 }), /unknown/);
  assert.match(said([sound, broken], { step: 0, only: 'unknown' }), /unknown 0 /);
  assert.match(said([{ ...broken, step: 0 }]), /No image with a label has a predicted class/);
});

test('an open image shows all that is explained of it, and why this and not that', () => {
  const item = { filter_patterns: null, grad_cam: 'y~label' };
  const nodes = nodesOf(state({ item }), four);
  const said = text(nodes);
  assert.match(said, /Evidence for/);
  assert.match(said, /why checks, not dots/);
  assert.equal(ofClass(nodes, 'open').filter(({ props }) => props.role === 'option').length, 1);
});

test('a picked image is marked, and said to be selected', () => {
  const nodes = nodesOf(state({ selection: { name: 'odd', images: ['y'] } }), four);
  assert.deepEqual(items(nodes).map(({ props }) => props['aria-selected']), ['false', 'true']);
  assert.match(text(nodes), /Selection: 1 image/);
});

test('a filter by a selection that is empty says so, and can be left', () => {
  const nodes = nodesOf(state({ only: 'selected' }), four);
  assert.match(text(nodes), /selected 0/);
});

test('an image of the grid says which detection is explained, as in the film strip', () => {
  const capture = answers.mapCapture(0, ['x']);
  Object.assign(capture.outcome, { row_class: [1], row_confidence: [0.54], row_box: [[0, 0, 1, 1]], row_overlap: [0.75] });
  const of = (show) => {
    const nodes = nodesOf(heatmapState([capture], { show }), maps);
    const [{ children }] = ofClass(nodes, 'caption');
    const label = labels(nodes).find((each) => each.startsWith('cat, '));
    return [text(children.flatMap((each) => each?.children ?? [])), /detection: checks 54%/.test(label)];
  };
  assert.deepEqual(of('strip'), ['checks 54', true]);
  assert.deepEqual(of('grid'), ['checks 54', true]);
});
