import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as answers from '../answers.js';
import { heatmapState, maps, nodesOf, text } from '../page.js';

const said = (measures) => {
  const capture = answers.mapCapture(0, ['x', 'x', 'x']);
  capture.record.measures = measures;
  return text(nodesOf(heatmapState([capture]), maps));
};

test('heatmaps beat the center by more than chance, as the log says', () => {
  const centre = [0.2, 0.2, 0.2];
  const better = said({ faithfulness: [0.5, 0.6, 0.7], faithfulness_centre: centre });
  assert.match(better, /✓ More faithful than the center/);
  assert.match(better, /lost score 0.6, a bump in the center 0.2/);
  // The mean is larger, but by less than its standard error.
  const close = said({ faithfulness: [0.1, 0.6, 0.2], faithfulness_centre: centre });
  assert.match(close, /✗ No more faithful than the center/);
});

test('rows without one of the numbers do not count', () => {
  const found = said({ faithfulness: [0.5, null, 0.7], faithfulness_centre: [0.3, 0.9, 0.3] });
  assert.match(found, /✓ More faithful.*lost score 0.6, a bump in the center 0.3/s);
});

test('nothing is said of one image, or where nothing was checked', () => {
  const one = said({ faithfulness: [0.5, null, null], faithfulness_centre: [0.3, 0.3, 0.3] });
  assert.doesNotMatch(one, /faithful than the center/);
  assert.doesNotMatch(said({}), /faithful than the center/);
});
