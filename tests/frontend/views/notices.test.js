import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepProgress } from '../../../tb_plugin/static/keepers/load.js';
import { initialState } from '../../../tb_plugin/static/state/state.js';
import { createStore } from '../../../tb_plugin/static/state/store.js';
import * as answers from '../answers.js';
import { failed, heatmapState, maps, nodesOf, ready, text } from '../page.js';

test('what the log lost and what it says are told', () => {
  const captures = answers.capturesAnswer(
    [answers.captureHead(0, { notes: ['1 filter left out'] })],
    [],
  );
  captures.streams = [{ stream: 'grad_cam', num_kept: 1, num_written: 60 }];
  captures.faults = [{ tag: 'kerasviz/captures/x', step: 50, message: 'schema version 9' }];
  const nodes = nodesOf(heatmapState([], { captures: ready(captures), drawer: 'log' }));
  assert.match(text(nodes), /1 of 60 captures kept/);
  assert.match(text(nodes), /1 fault, 1 note/);
  assert.match(text(nodes), /kerasviz\/captures\/x, step 50 .* schema version 9/);
  assert.match(text(nodes), /baseline, epoch 0, step 0 .* 1 filter left out/);
});

test('a note that captures repeat stands once, apart from what was skipped', () => {
  const died = 'conv1: filter 3 became dead.';
  const skipped = '2 captures before this one left out, to keep within budget= or max_log_bytes=.';
  const notes = [['stretched'], ['stretched', died], ['stretched', skipped]];
  const heads = notes.map((each, i) => answers.captureHead(i, { notes: each }));
  const captures = ready(answers.capturesAnswer(heads, []));
  const said = text(nodesOf(heatmapState([], { captures, drawer: 'log' })));
  assert.equal(said.match(/stretched/g)?.length, 1);
  assert.match(said, /3 notes/);
  assert.match(said, /baseline, epoch 0, step 0, and 2 later captures +stretched/);
  assert.match(said, /Skipped to stay within the budget +epoch 2, step 100 +2 captures before/);
  assert.match(said, /callbacks noted .*epoch 1, step 50 +conv1: filter 3 became dead/);
});

test('what captures repeat with other numbers is one note, what happened to filters is not', () => {
  const notes = [
    ['Evidence by path: left 62 %, right 38 %.', '1 capture before this one skipped, to stay within budget=.'],
    ['Evidence by path: left 60 %, right 40 %.', 'conv1: filter 210 became dead.'],
    ['Evidence by path: left 55 %, right 45 %.', 'conv1: filter 4 became dead.'],
  ];
  const heads = notes.map((each, i) => answers.captureHead(i, { notes: each }));
  const captures = ready(answers.capturesAnswer(heads, []));
  const said = text(nodesOf(heatmapState([], { captures, drawer: 'log' })));
  assert.equal(said.match(/Evidence by path/g)?.length, 1);
  assert.match(said, /and 2 later captures with other numbers +Evidence by path: left 62 %/);
  assert.equal(said.match(/became dead/g)?.length, 2);
  assert.match(said, /4 notes/);
});

test('a log of which no capture can be read says what is in its way', () => {
  const captures = answers.capturesAnswer([], []);
  captures.faults = [{ tag: 't', step: 0, message: 'schema version 9; this plugin reads 1' }];
  const said = text(nodesOf(heatmapState([], { captures: ready(captures) })));
  assert.match(said, /No capture of this run could be read.*schema version 9; this plugin reads 1/);
});

test('what is wrong in every record is said once', () => {
  const captures = answers.capturesAnswer([], []);
  captures.faults = [0, 50, 100].map((step) => ({ tag: 't', step, message: 'no overhead' }));
  const said = text(nodesOf(heatmapState([], { captures: ready(captures) })));
  assert.equal(said.match(/no overhead/g)?.length, 1);
  assert.match(said, /no overhead.*\(3 records\)/);
});

test('a layer that the run does not have is not all that it has', () => {
  const heads = [answers.layerHead('conv', 1)];
  const captures = ready(answers.capturesAnswer([answers.captureHead(0)], heads));
  const state = { ...initialState(), run: 'r', view: 'heatmaps', captures };
  const layer = { filter_patterns: null, grad_cam: 'other' };
  const said = text(nodesOf({ ...state, layer }));
  assert.match(said, /This run has no heatmaps of other +Choose one of its layers/);
  const none = ready(answers.capturesAnswer([answers.captureHead(0)], []));
  assert.match(text(nodesOf({ ...state, layer, captures: none })), /This run has no heatmaps +Add/);
});

test('an empty log tells how to fill it', () => {
  const state = { ...initialState(), runs: ready({ schema: 1, runs: [] }) };
  assert.match(text(nodesOf(state)), /No captures in this log.*KerasViz\(log_dir, images, labels\)/s);
});

test('an outage is told and can be tried again, over what is still there', () => {
  const state = heatmapState([answers.mapCapture(0, ['x'])], {
    runs: failed('TensorBoard does not respond.'),
  });
  const nodes = nodesOf(state, maps);
  assert.match(text(nodes), /TensorBoard does not respond\. Try again/);
  assert.equal(nodes.filter((node) => node.props?.role === 'gridcell').length, 1);
});

test('while the log is read the page says so', () => {
  const state = { ...initialState(), runs: { ...ready(null), status: 'loading' } };
  assert.match(text(nodesOf(state)), /Reading the log/);
});

test('a long reading says how far it is', () => {
  const progress = { stream: 'grad_cam', num_read: 312, num_records: 1000 };
  const captures = { ...ready(null), status: 'loading' };
  const nodes = nodesOf({ ...initialState(), run: 'r', captures, progress });
  assert.match(text(nodes), /Reading grad_cam: 312 of 1000 captures/);
  const [bar] = nodes.filter((node) => node.tag === 'progress');
  assert.deepEqual(bar.props, { max: '1000', value: '312' });
});

test('while captures are waited for their progress is asked for, and no longer', async () => {
  const store = createStore(initialState());
  let asked = 0;
  const reading = { stream: 's', num_read: 1, num_records: 2 };
  const told = new Promise((resolve) => store.subscribe(({ progress }) => progress && resolve(progress)));
  keepProgress(store, { fetchProgress: async (run) => ((asked += 1), { run, reading }) });
  store.set({ run: 'r', captures: { ...ready(null), status: 'loading' } });
  assert.equal(await told, reading);
  store.set({ captures: ready(answers.capturesAnswer([], [])) });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.ok(asked <= 2);
  assert.equal(store.get().progress, null);
});

test('layers over time that cannot be read are not said to be on their way', () => {
  const words = (overview) => text(nodesOf(heatmapState([answers.mapCapture(0, ['x'])], { spans: true, overview }), maps));
  assert.match(words({ ...ready(null), status: 'loading' }), /Reading the layers/);
  const said = words(failed('TensorBoard does not respond.'));
  assert.doesNotMatch(said, /Reading the layers/);
  assert.match(said, /The layers could not be read/);
});

test('what is saved is said to be the range where one is chosen', () => {
  const titles = (more) =>
    nodesOf(heatmapState([0, 1, 2].map((i) => answers.mapCapture(i, ['x'])), { item: { filter_patterns: null, grad_cam: 'x' }, ...more }), maps)
      .map(({ props }) => props?.title)
      .filter((title) => /^Save/.test(title));
  assert.match(titles().join(), /Save all captures of this row as an animated PNG/);
  const ofRange = titles({ from: 50 }).join();
  assert.match(ofRange, /Save the captures of the range as an animated PNG.*Save the captures of the range as a GIF/);
  assert.doesNotMatch(ofRange, /all captures/);
});

test('while an animation is written its progress is told, and no other can be begun', () => {
  const open = { item: { filter_patterns: null, grad_cam: 'x' } };
  const isDisabled = (task) => {
    const nodes = nodesOf(heatmapState([answers.mapCapture(0, ['x'])], { ...open, task }), maps);
    const buttons = ['PNG', 'APNG', 'GIF'].map((words) => nodes.find(({ tag, children }) => tag === 'button' && text(children) === words));
    return [...buttons.map(({ props }) => props.disabled), text(nodes).includes('Writing the animation')];
  };
  assert.deepEqual(isDisabled(''), [false, false, false, false]);
  assert.deepEqual(isDisabled('Writing the animation: 3 of 9 pictures'), [false, true, true, true]);
});
