// @ts-check
/** The card with the events of the run and the cost of capturing. */

import { el } from '../../dom/el.js';
import { memo } from '../../models/memo.js';
import { counted, number } from '../../models/words.js';

/** @typedef {import('../../models/axis.js').Tick} Tick */
/** @typedef {import('../../state/actions.js').Actions} Actions */

const MAX_EVENTS = 8;
const MEGABYTE = 1e6;

/**
 * What happened when, and what capturing cost.
 * @param {Tick[]} axis
 * @param {Actions} actions
 */
export const story = (axis, actions) =>
  el(
    'section',
    { class: 'card story' },
    el('h3', null, 'Story and cost'),
    el(
      'ul',
      null,
      eventsOf(axis).map(({ event, epoch, batch, step, tick }) =>
        el(
          'li',
          { key: `${step} ${event}` },
          el(
            'button',
            { class: 'quiet', type: 'button', onclick: () => actions.goTo(tick.step) },
            el('b', null, event),
            ` epoch ${epoch}${batch ? ` + ${batch}` : ''}, step ${step}`,
            el(
              'small',
              null,
              step < tick.step
                ? ` first drawn at epoch ${tick.epoch}, step ${tick.step}`
                : ` drawn in ${number(tick.cost)} s`,
            ),
          ),
        ),
      ),
    ),
    el('p', { class: 'hint' }, costOf(axis)),
  );

/**
 * What happened, each with the first capture that shows it.
 * @param {Tick[]} axis
 */
function eventsOf(axis) {
  const events = axis.flatMap((tick) => {
    const { event, epoch, batch, step } = tick;
    const all = [...tick.earlier, ...(event ? [{ event, epoch, batch, step }] : [])];
    return all.map((each) => ({ ...each, tick }));
  });
  return events.length > MAX_EVENTS
    ? [...events.slice(0, MAX_EVENTS - 1), events[events.length - 1]]
    : events;
}

/** The sentence about time and bytes. */
const costOf = memo((/** @type {Tick[]} */ axis) => {
  const overhead = [...new Map(axis.flatMap((tick) => tick.overheads)).values()];
  const skipped = axis.reduce((sum, tick) => sum + tick.skipped, 0);
  const cost = axis.reduce((sum, tick) => sum + tick.cost, 0);
  const bytes = axis.reduce((sum, tick) => sum + tick.bytes, 0);
  const lasted = (axis.at(-1)?.wallTime ?? 0) - (axis[0]?.wallTime ?? 0);
  const share = lasted > cost ? `, ${number((100 * cost) / lasted)}% of the time in between` : '';
  return (
    `${counted(axis.length, 'capture')} took ${number(cost)} s to draw${share}, ` +
    `and ${number(bytes / MEGABYTE)} MB of pictures.` +
    (overhead.length ? ` Drawing added ${shareOf(overhead)}% to training time.` : '') +
    (skipped ? ` ${counted(skipped, 'capture')} skipped to stay within the budget.` : '')
  );
});

/** @param {number[]} overheads By stream. */
const shareOf = (overheads) => number(100 * overheads.reduce((sum, each) => sum + each, 0));
