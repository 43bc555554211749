// @ts-check
import { el } from '../../dom/el.js';
import { memo } from '../../models/memo.js';
import { ticks } from '../../state/select.js';
import { name, percent, spelled } from '../../models/words.js';
import { fact } from '../parts/controls.js';
import { sparkline } from '../parts/sparkline.js';

/**
 * What the held-out images say of the whole capture.
 * @param {import('../../state/state.js').State} state
 * @param {import('../../models/maps.js').MapColumn} column
 */
export function outcomeFacts(state, column) {
  const axis = ticks(state);
  const { record } = column.capture;
  const index = axis.findIndex((tick) => tick.step === column.step);
  const accuracy = axis[index]?.accuracy ?? null;
  return [
    el('header', null, el('h2', null, 'This capture', el('small', null, name(record.path)))),
    accuracy !== null &&
      el(
        'figure',
        null,
        el('figcaption', null, el('b', null, percent(accuracy)), ' of the held-out images right'),
        sparkline(accuracies(axis), index, { label: 'Share right', domain: [0, 1] }),
      ),
    el(
      'dl',
      { class: 'facts' },
      fact('Capture', column.tick.title),
      fact('Method', spelled(record.method)),
      fact('Resolution', `${record.width} × ${record.height}`),
    ),
    el('p', { class: 'hint' }, 'Click a picture to see it large, with what the model says of it.'),
  ];
}

const accuracies = memo((/** @type {import('../../models/axis.js').Tick[]} */ axis) =>
  axis.map((tick) => tick.accuracy),
);
