// @ts-check
/** What the page knows at first, and what follows from the view alone. */

/** @typedef {import('../api/types.js').Kind} Kind */
/** @typedef {import('../api/types.js').ViewName} ViewName */
/** @typedef {import('./state_types.js').Since} Since */
/** @typedef {import('./state_types.js').Axis} Axis */
/** @typedef {import('./state_types.js').SortName} SortName */
/** @typedef {import('./state_types.js').Viewport} Viewport */
/** @typedef {import('./state_types.js').Zoom} Zoom */
/** @typedef {import('./state_types.js').Choice} Choice */
/** @typedef {import('./state_types.js').Screen} Screen */
/** @typedef {import('./state_types.js').Data} Data */
/** @typedef {import('./state_types.js').OtherRun} OtherRun */
/** @typedef {import('./state_types.js').State} State */
/**
 * @template T
 * @typedef {import('./state_types.js').Loaded<T>} Loaded
 */

/** @type {Readonly<Partial<Record<ViewName, Kind>>>} */
const KIND_OF_VIEW = { filters: 'filter_patterns', heatmaps: 'grad_cam' };

/** @type {readonly ViewName[]} */
export const VIEWS = ['overview', 'filters', 'heatmaps', 'compare'];

/** @type {Readonly<Choice>} */
export const DEFAULT_CHOICE = Object.freeze({
  view: 'auto',
  kind: 'filter_patterns',
  run: null,
  layer: Object.freeze({ filter_patterns: null, grad_cam: null }),
  item: Object.freeze({ filter_patterns: null, grad_cam: null }),
  step: null,
  versus: null,
  versusRun: null,
  ab: 'swipe',
  show: 'strip',
  since: 'baseline',
  sort: Object.freeze({ filter_patterns: 'order', grad_cam: 'order' }),
  statuses: Object.freeze([]),
  pins: Object.freeze({ filter_patterns: Object.freeze([]), grad_cam: Object.freeze([]) }),
  label: null,
  target: null,
  only: 'all',
  boxes: true,
  contour: false,
  compare: Object.freeze([]),
  axis: 'epoch',
  colormap: 'turbo',
  opacity: 0.6,
  scale: 'run',
});

/**
 * @returns {State}
 */
export function initialState() {
  return {
    ...DEFAULT_CHOICE,
    isFollowing: true,
    isPlaying: false,
    viewport: { left: 0, top: 0, width: 900, height: 600 },
    drawer: 'none',
    cursor: null,
    bare: null,
    width: 1500,
    swipe: 0.5,
    isWide: false,
    zoom: { level: 1, x: 0.5, y: 0.5 },
    query: null,
    hit: 0,
    task: '',
    arrived: 0,
    trouble: '',
    reading: 0,
    progress: null,
    runs: null,
    captures: null,
    layerAnswer: null,
    heldOut: null,
    overview: null,
    others: {},
  };
}

/**
 * The kind of picture that the view shows.
 * @param {Pick<State, 'view' | 'kind'>} state
 * @returns {Kind}
 */
export const kindOf = (state) => KIND_OF_VIEW[state.view] ?? state.kind;

/**
 * Whether the view shows rows of pictures, of one layer.
 * @param {Pick<State, 'view'>} state
 */
export const hasLayer = ({ view }) => view !== 'auto' && view !== 'overview';
