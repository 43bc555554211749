import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createActions } from '../../../tb_plugin/static/state/actions.js';
import { createStore } from '../../../tb_plugin/static/state/store.js';
import * as answers from '../answers.js';
import { heatmapState, maps, nodesOf, ofClass } from '../page.js';

/** A run of five captures, and what drags its brush from one of them to others. */
function brushed(more = {}) {
  const store = createStore(heatmapState([0, 1, 2, 3, 4].map((i) => answers.mapCapture(i, ['x'])), more));
  const actions = createActions(store);
  const track = {
    dataset: {},
    getBoundingClientRect: () => ({ left: 0, width: 400 }),
    setPointerCapture: () => {},
  };
  /** @param {'grip' | 'track'} what @param {number[]} captures */
  function drag(what, grip, ...captures) {
    const at = (type, capture) => {
      const nodes = nodesOf(store.get(), maps, actions);
      const [{ props }] = ofClass(nodes, 'brush');
      const other = ofClass(nodes, 'grip')[grip]?.props['data-other'];
      const target = { dataset: what === 'grip' ? { other } : {} };
      props[`on${type}`]({ type, clientX: 100 * capture, buttons: 1, pointerId: 1, currentTarget: track, target });
    };
    at('pointerdown', captures[0]);
    captures.slice(1).forEach((capture) => at('pointermove', capture));
    at('pointerup', captures.at(-1));
  }
  return { drag, range: () => [store.get().from, store.get().to] };
}

test('a grip that is dragged onto the other leaves the one capture there', () => {
  const { drag, range } = brushed({ from: 50, to: 150 });
  drag('grip', 0, 1, 2, 3);
  assert.deepEqual(range(), [150, 150]);
});

test('a press on a grip changes nothing, also of a range of one capture', () => {
  const { drag, range } = brushed({ from: 100, to: 100 });
  drag('grip', 1, 2);
  assert.deepEqual(range(), [100, 100]);
});

test('a drag on the track chooses a range, a click on it the whole run', () => {
  const { drag, range } = brushed();
  drag('track', null, 1, 2, 3);
  assert.deepEqual(range(), [50, 150]);
  drag('track', null, 2);
  assert.deepEqual(range(), [null, null]);
});
