// @ts-check
/** The images that activate a filter most, in the right column. */

import { el } from '../../dom/el.js';
import { alsoActivated, classesOverTime, exemplarsAt } from '../../models/exemplars.js';
import { measure } from '../../models/measures.js';
import { counted, name, number, percent } from '../../models/words.js';
import { exemplarLook } from '../../painting/exemplar_looks.js';
import { columnAxis } from '../../state/select.js';
import { namedChart } from '../parts/chart.js';
import { picture } from '../parts/picture.js';

/** @typedef {import('../../models/exemplars.js').Exemplar} Exemplar */
/** @typedef {import('../../models/exemplars.js').FilterExemplars} FilterExemplars */
/** @typedef {import('../../models/patterns.js').PatternColumn} PatternColumn */
/** @typedef {import('../../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../../models/patterns.js').PatternRow} PatternRow */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */

const BOX = { width: 96, height: 96 };
const MAX_CLASSES = 4;
const MAX_LEFT = 3;

/**
 * The crops with their classes and activations, which came and which left, the classes
 * that activate the filter, and the histogram; null where the log has none.
 * @param {import('../../state/state.js').State} state
 * @param {PatternModel} model
 * @param {{row: PatternRow, column: PatternColumn, pictures: Pictures}} of
 * @param {import('../../state/actions.js').Actions} actions
 */
export function exemplars(state, model, { row, column, pictures }, actions) {
  const found = exemplarsAt(model, row, column);
  if (!found) return null;
  const { exemplar } = state;
  const overTime = classesOverTime(model, row);
  /** @param {Exemplar[]} items @param {(item: Exemplar) => string} strength */
  const crops = (items, strength) =>
    el(
      'ol',
      { class: 'crops' },
      items.map((item) => {
        const others = alsoActivated(found.column, row.filter, item.hash);
        return el(
          'li',
          { key: item.hash, class: item.isNew ? 'new' : null, title: titleOf(item, others) },
          el(
            'button',
            {
              class: 'quiet',
              type: 'button',
              'aria-label': `Image ${item.image} with the place marked`,
              'aria-pressed': String(item.hash === exemplar),
              onclick(/** @type {Event} */ event) {
                if (item.hash === exemplar) return actions.closeExemplar();
                actions.openExemplar(row.key, item.hash);
                // It is shown at the top, which may be out of sight.
                /** @type {Element} */ (event.currentTarget).closest('.detail')?.scrollTo({ top: 0 });
              },
            },
            picture(exemplarLook(found.column, item, pictures, BOX)),
          ),
          el('small', null, item.label && [name(item.label), ' · '], strength(item)),
          others.length > 0 && el('small', null, `also ${few(others)}`),
        );
      }),
    );
  return el(
    'section',
    { class: 'exemplars' },
    el('h3', null, 'Images that activate it most', el('small', null, ` ${source(found)}`)),
    classes(found),
    facts(model, row, column),
    crops(found.items, ({ activation }) => number(activation)),
    el('p', { class: 'hint' }, changes(found)),
    overTime.length > 0 && namedChart(OVER_TIME, overTime, columnAxis(state, model, column.index), percent),
    histogram(found),
    found.weaker.length > 0 && [
      el('h3', null, 'Images that activate it less', el('small', null, ' share of the strongest')),
      crops(found.weaker, (item) => shareOfStrongest(item, found)),
    ],
  );
}

/**
 * @param {Exemplar} item
 * @param {FilterExemplars} found
 */
function shareOfStrongest({ activation }, { items: [first] }) {
  const most = first?.activation;
  return activation !== null && most ? percent(activation / most) : number(activation);
}

const OVER_TIME = 'Its classes over time (share of the images that activate it most)';

/** @param {FilterExemplars} found */
const source = ({ numImages, isOfPool }) =>
  isOfPool ? `pool of ${counted(numImages, 'image')}` : `of ${counted(numImages, 'held-out image')}`;

/**
 * @param {import('../../models/exemplars.js').Exemplar} item
 * @param {number[]} others Other filters that it activates most.
 */
const titleOf = ({ image, label, isNew }, others) =>
  [
    `image ${image}`,
    label && name(label),
    isNew && 'new since the capture before',
    others.length > 0 && `also among those that activate ${others.length === 1 ? 'filter' : 'filters'} ${others.join(', ')} most`,
  ]
    .filter(Boolean)
    .join(', ');

/** @param {number[]} filters */
const few = (filters) => filters.slice(0, 3).map((each) => `#${each}`).join(' ') + (filters.length > 3 ? ' …' : '');

/** @param {FilterExemplars} found */
function classes({ mix, mixTotal }) {
  if (!mix.length) return null;
  return el(
    'div',
    { class: 'classes', role: 'group', 'aria-label': 'Classes that activate it' },
    mix.slice(0, MAX_CLASSES).map(({ name: of, count, share, ofAll }) =>
      el(
        'span',
        { key: of, title: `${count} of the ${mixTotal} images that activate it most; ${percent(ofAll)} of all images` },
        el('i', { style: { width: `${Math.round(100 * share)}%` } }),
        el('b', null, name(of)),
        ` ${percent(share)}`,
        el('small', null, ` ${percent(ofAll)} of all`),
      ),
    ),
  );
}

/**
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn} column
 */
function facts(model, row, column) {
  const measures = model.latest(row, column)?.cell.measures ?? [];
  const share = measure(measures, 'active_share');
  const selectivity = measure(measures, 'class_selectivity');
  const first = model.cell(row, model.columns[0]);
  const before = first && measure(first.measures, 'class_selectivity');
  return el(
    'p',
    { class: 'said' },
    share !== null && `Fires on ${percent(share)} of the images. `,
    selectivity !== null && `Class selectivity ${number(selectivity)}`,
    selectivity !== null &&
      typeof before === 'number' &&
      column.index > 0 &&
      `, ${number(before)} at ${model.columns[0].tick.title}`,
    selectivity !== null && '.',
  );
}

/** @param {FilterExemplars} found */
function changes({ items, left }) {
  const numNew = items.filter(({ isNew }) => isNew).length;
  if (!numNew && !left.length) return 'The same images as at the capture before.';
  const gone = left.slice(0, MAX_LEFT).map(name).join(', ');
  const more = left.length > MAX_LEFT ? ` and ${left.length - MAX_LEFT} more` : '';
  return `Framed: ${counted(numNew, 'image')} that came since the capture before.${
    gone ? ` Left: ${gone}${more}.` : ''
  }`;
}

/** @param {FilterExemplars} found */
function histogram({ histogram: counts, low, high, numImages }) {
  const most = Math.max(1, ...counts);
  const spoken = `Largest activation in each of ${numImages} images, from ${number(low)} to ${number(high)}`;
  return el(
    'figure',
    { class: 'histogram' },
    el('figcaption', null, 'Activation over the images'),
    el(
      'span',
      { class: 'bars', role: 'img', 'aria-label': spoken },
      counts.map((count, i) =>
        el('i', { key: String(i), title: `${counted(count, 'image')}`, style: { height: `${(100 * count) / most}%` } }),
      ),
    ),
    el('small', null, number(low), el('span', null, 'largest activation in an image'), number(high)),
  );
}
