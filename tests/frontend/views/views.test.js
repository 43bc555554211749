import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as answers from '../answers.js';
import { heatmapState, labels, maps, nodesOf, ofClass, ready, text } from '../page.js';

test('a wrong prediction is told in words and by a broken bar, a right one otherwise', () => {
  const wrong = answers.mapCapture(1, ['x'], { prediction: [1] });
  wrong.outcome.correct = [false];
  const nodes = nodesOf(heatmapState([answers.mapCapture(0, ['x']), wrong]), maps);
  assert.equal(ofClass(nodes, 'wrong').length, 1);
  assert.equal(ofClass(nodes, 'right').length, 1);
  const cells = labels(nodes).filter((label) => label.startsWith('cat, '));
  assert.match(cells[0], /dots 90%, right, 100% of this image's scale$/);
  assert.match(cells[1], /checks 90%, wrong, another prediction than before, 100% of this image's scale$/);
});

test('the shares of the paths that a heatmap adds stand beside it', () => {
  const capture = answers.mapCapture(0, ['x']);
  Object.assign(capture.record, { parts: ['left', 'right'], shares: [[0.62], [0.38]] });
  const state = heatmapState([capture]);
  const nodes = nodesOf({ ...state, item: { ...state.item, grad_cam: 'x' } }, maps);
  assert.match(text(nodes), /Evidence by path\s+left 62 ?%, right 38 ?%/);
});

const found = (edges, more = {}) => {
  const capture = answers.mapCapture(0, ['x']);
  const told = { row_confidence: [0.54], row_box: [edges], row_overlap: [0.75], ...more };
  Object.assign(capture.outcome, told);
  return capture;
};

test('a detection is outlined on every tile, and told with its confidence', () => {
  const capture = found([0.25, 0.5, 0.75, 1]);
  const nodes = nodesOf(heatmapState([capture]), maps);
  const [outline, ...others] = ofClass(nodes, 'detected');
  assert.equal(others.length, 0);
  const [cell] = labels(nodes).filter((label) => label.startsWith('cat, '));
  assert.match(cell, /detection: dots 54%, 100% of this image's scale$/);
  assert.match(text(ofClass(nodes, 'caption')[0].children.flatMap((each) => each.children)), /^dots 54$/);
  const { width, height } = outline.props.style; // half of an image of 3 x 2 each
  assert.ok(Math.abs(parseFloat(width) / parseFloat(height) - 1.5) < 1e-9);
});

test('a detection of one class has not flipped where the image has', () => {
  const first = found(null);
  first.outcome.prediction = [1];
  const state = heatmapState([first, { ...found(null), step: 50 }]);
  assert.equal(ofClass(nodesOf(state, maps), 'flip').length, 0);
});

test('the confidence, box and overlap of a detection stand beside it', () => {
  const state = heatmapState([found([0.25, 0.5, 0.75, 1])]);
  const nodes = nodesOf({ ...state, item: { ...state.item, grad_cam: 'x' } }, maps);
  assert.match(text(nodes), /Its confidence\s+54%/);
  assert.match(text(nodes), /Its box\s+left 25%, top 50%, right 75%, bottom 100%/);
  assert.match(text(nodes), /Overlap with the requested box\s+75%/);
  assert.equal(ofClass(nodes, 'detected').length, 2);
});

test('of two captures beside each other each has the box of its own detection', () => {
  const captures = [found([0, 0, 0.5, 0.5]), { ...found(null), step: 50 }];
  const state = heatmapState(captures);
  const open = { ...state, item: { ...state.item, grad_cam: 'x' }, versus: 0, ab: 'side' };
  const [large] = ofClass(nodesOf(open, maps), 'side-by-side');
  assert.match(JSON.stringify(large.children[0]), /box detected/);
  assert.doesNotMatch(JSON.stringify(large.children[1]), /box detected/);
});

for (const [what, edges] of [
  ['far outside', [2, 0, 1e300, 1]],
  ['turned inside out', [0.9, 0.9, 0.1, 0.1]],
  ['not known', null],
]) {
  test(`a box that is ${what} has no outline`, () => {
    const nodes = nodesOf(heatmapState([found(edges)]), maps);
    assert.equal(ofClass(nodes, 'detected').length, 0);
  });
}

test('a box is cut at the edges of its picture', () => {
  const nodes = nodesOf(heatmapState([found([-1e300, -5, 1e300, 7])]), maps);
  const { width } = ofClass(nodes, 'detected')[0].props.style;
  assert.ok(parseFloat(width) < 1000);
});

test('boxes are taken off together', () => {
  const state = heatmapState([found([0.25, 0.5, 0.75, 1])], { boxes: false });
  assert.equal(ofClass(nodesOf(state, maps), 'box').length, 0);
});

for (const status of ['no_evidence', 'not_finite', 'something_new']) {
  test(`the status ${status} is a hatch and a word`, () => {
    const capture = answers.mapCapture(0, ['x']);
    capture.record.status = [status];
    const nodes = nodesOf(heatmapState([capture]), maps);
    assert.equal(ofClass(nodes, 'marked').length, 1);
    assert.match(text(ofClass(nodes, 'word')[0].children), new RegExp(status.replace('_', ' ')));
  });
}

for (const [what, capture, pictures] of [
  ['is not in the log', answers.mapCapture(0, ['x'], { version: null }), maps],
  ['is torn', answers.mapCapture(0, ['x']), { get: () => ({ values: new Float32Array(5) }) }],
  ['is a fault', answers.mapCapture(0, ['x']), { get: () => ({ fault: 'no picture' }) }],
]) {
  test(`a picture that ${what} is marked as missing`, () => {
    const nodes = nodesOf(heatmapState([capture]), pictures);
    assert.equal(ofClass(nodes, 'missing').length, 1);
    assert.match(text(nodes), /missing/);
  });
}

test('the charts of an image are built once, however often the page is', () => {
  const captures = [0, 1].map((i) => answers.mapCapture(i, ['x']));
  const state = heatmapState(captures, { item: { filter_patterns: null, grad_cam: 'x' } });
  const svgs = (more) =>
    ofClass(nodesOf({ ...state, ...more }, maps), 'spark').map(({ children }) => children.find(({ tag }) => tag === 'svg'));
  const [before, after] = [svgs({ step: 50 }), svgs({ step: 0 })];
  assert.ok(before.length >= 2);
  assert.ok(before.every((svg, i) => svg === after[i]));
});

test('a map of a size beyond reason is missing, not painted', () => {
  const capture = answers.mapCapture(0, ['x']);
  Object.assign(capture.record, { height: 2 ** 40, width: 2 ** 40 });
  assert.equal(ofClass(nodesOf(heatmapState([capture]), maps), 'missing').length, 1);
});

test('a picture on its way is neither missing nor marked', () => {
  const nodes = nodesOf(heatmapState([answers.mapCapture(0, ['x'])]));
  assert.equal(ofClass(nodes, 'loading').length, 1);
  assert.equal(ofClass(nodes, 'missing').length, 0);
});

test('a tile outside its sheet is missing', () => {
  const captures = [answers.patternCapture(0, [1, 2, 3, 4, 5, 6])];
  const state = {
    ...heatmapState([]),
    view: 'filters',
    layer: { filter_patterns: 'a', grad_cam: null },
    step: 0,
    layerAnswer: ready(answers.layerAnswer('filter_patterns', captures)),
    captures: ready(
      answers.capturesAnswer(
        [answers.captureHead(0, { kind: 'filter_patterns' })],
        [answers.layerHead('a', 1, { kind: 'filter_patterns' })],
      ),
    ),
  };
  const sheet = { get: () => ({ bitmap: { width: 64, height: 48 } }) };
  const nodes = nodesOf(state, sheet);
  assert.equal(ofClass(nodes, 'missing').length, 2);
  const [{ props }] = nodes.filter((node) => node.tag === 'kv-mosaic');
  assert.equal(props['.content'].places.filter(({ drawing }) => drawing).length, 4);
});

test('every button has a name', () => {
  const state = heatmapState(
    [0, 1, 2].map((i) => answers.mapCapture(i, ['x'])),
    {
      item: { filter_patterns: null, grad_cam: 'x' },
      versus: 0,
    },
  );
  const buttons = nodesOf(state, maps).filter((node) => node.tag === 'button');
  assert.ok(buttons.length > 10);
  for (const button of buttons) {
    assert.ok(
      button.props['aria-label'] ||
        text(button.children.flatMap((c) => [c, ...(c.children ?? [])])),
    );
  }
});

test('a faint heatmap is said to be faint, by how much of the scale it takes', () => {
  const [first, second] = [0, 1].map((i) => answers.mapCapture(i, ['x'], { maximum: [i ? 0.14 : 1] }));
  const state = heatmapState([first, second]);
  const nodes = nodesOf({ ...state, item: { ...state.item, grad_cam: 'x' } }, maps);
  assert.match(text(nodes), /Largest value\s+0\.14\s+14% of this image's scale, up to 1/);
});

/** The labels of the tiles of one image, and what stands on them. */
function faint(maxima, more = {}) {
  const captures = maxima.map((maximum, i) => answers.mapCapture(i, ['x'], { maximum: [maximum] }));
  const nodes = nodesOf(heatmapState(captures, more), maps);
  const tiles = nodes.filter(({ props }) => ['gridcell', 'option'].includes(props?.role));
  return { labels: labels(tiles), words: text(ofClass(nodes, 'word').flatMap(({ children }) => children)) };
}

test('a tile says how faint it is: the faint one on it, each in its label', () => {
  const found = faint([1, 0.2, 0.14, 0.001, 0, null]);
  assert.equal(found.words, '14% of scale <1% of scale 0% of scale');
  const said = found.labels.map((label) => /, ([^,]*) of this image's scale/.exec(label)?.[1]);
  assert.deepEqual(said, ['100%', '20%', '14%', '<1%', '0%', undefined]);
});

test('a heatmap that has its own scale, and an image without one, is not called faint', () => {
  assert.equal(faint([1, 0.1], { scale: 'picture' }).words, '');
  assert.equal(faint([1, 0.1], { isBare: true }).words, '');
  assert.match(faint([1, 0.1], { scale: 'picture' }).labels[1], /10% of this image's scale/);
});

test('a tile of the grid says how faint it is', () => {
  const found = faint([1, 0.1], { show: 'grid' });
  assert.equal(found.words, '10% of scale');
  assert.match(found.labels[0], /, 10% of this image's scale/);
});
