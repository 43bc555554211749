/** What a page looks like, without a browser. */

import { createActions } from '../../tb_plugin/static/state/actions.js';
import { initialState } from '../../tb_plugin/static/state/state.js';
import { createStore } from '../../tb_plugin/static/state/store.js';
import { shell } from '../../tb_plugin/static/views/shell.js';
import * as answers from './answers.js';

export const ready = (value) => ({ subject: '', reading: 0, status: 'ready', value, message: '' });
export const failed = (message) => ({ ...ready(null), status: 'failed', message });
const bitmap = { width: 300, height: 200 };

/** All nodes of what the page looks like, in order. */
export function nodesOf(
  state,
  pictures = { get: () => undefined },
  actions = createActions(createStore(state)),
) {
  const nodes = [];
  const walk = (node) => {
    nodes.push(node);
    node.children?.forEach(walk);
  };
  walk(shell(state, pictures, actions));
  return nodes;
}

export const text = (nodes) => nodes.filter((node) => typeof node === 'string').join(' ');
export const ofClass = (nodes, name) =>
  nodes.filter((node) => node.props?.class?.split(' ').includes(name));
export const labels = (nodes) => nodes.map((node) => node.props?.['aria-label']).filter(Boolean);

export function heatmapState(captures, more = {}) {
  const heads = captures.map((_, i) => answers.captureHead(i));
  const image = { hash: 'x', name: 'cat', label: 0, shown_height: 2, shown_width: 3, boxes: [] };
  const record = { class_names: ['dots', 'checks'], images: [image] };
  return {
    ...initialState(),
    view: 'heatmaps',
    run: 'r',
    layer: { filter_patterns: null, grad_cam: 'a' },
    step: 50 * (captures.length - 1),
    captures: ready(answers.capturesAnswer(heads, [answers.layerHead('a', captures.length)])),
    layerAnswer: ready(answers.layerAnswer('grad_cam', captures)),
    heldOut: ready({ record, pictures: new Map([['x', bitmap]]), faults: [] }),
    ...more,
  };
}

export const maps = { get: () => ({ values: new Float32Array(6) }) };
