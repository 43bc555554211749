// @ts-check
import { el } from '../../dom/el.js';
import { layerHead } from '../../state/select.js';
import { hasLayer, kindOf } from '../../state/state.js';
import { counted } from '../../models/words.js';
import { logSize } from './log.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */

const KEPT =
  'How many of the captures that the callbacks of this view wrote TensorBoard can show: ' +
  'it may have been told to keep fewer, or a file may be torn.';

/**
 * How many captures the log still holds, and what else it says.
 * @param {State} state
 * @param {Actions} actions
 */
export function kept(state, actions) {
  const streams = state.captures?.value?.streams ?? [];
  const stream = layerHead(state)?.stream;
  const ofView = !hasLayer(state)
    ? streams
    : streams.filter((each) =>
        stream === undefined ? each.stream.startsWith(kindOf(state)) : each.stream === stream,
      );
  const numKept = ofView.reduce((sum, each) => sum + each.num_kept, 0);
  const numWritten = ofView.reduce((sum, each) => sum + each.num_written, 0);
  const { numFaults, numNotes } = logSize(state);
  const more = [
    numFaults && counted(numFaults, 'fault'),
    numNotes && counted(numNotes, 'note'),
  ].filter(Boolean);
  return [
    numWritten > 0 &&
      el(
        'span',
        { class: numKept < numWritten ? 'kept warn' : 'kept', title: KEPT },
        `${numKept} of ${counted(numWritten, 'capture')} kept`,
      ),
    more.length > 0 &&
      el(
        'button',
        {
          class: numFaults ? 'quiet log-button warn' : 'quiet log-button',
          type: 'button',
          'aria-expanded': String(state.drawer === 'log'),
          onclick: () => actions.setScreen({ drawer: state.drawer === 'log' ? 'none' : 'log' }),
        },
        more.join(', '),
      ),
  ];
}
