// @ts-check
/** The state before anything is known. */

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').Kind} Kind */
/** @typedef {import('./types.js').ViewName} ViewName */

/** @type {Readonly<Record<ViewName, Kind>>} */
export const KIND_OF_VIEW = { filters: 'filter_patterns', heatmaps: 'grad_cam' };

/** @type {Readonly<import('./types.js').Choice>} */
export const DEFAULT_CHOICE = Object.freeze({
  view: 'filters',
  run: null,
  layer: Object.freeze({ filter_patterns: null, grad_cam: null }),
  item: Object.freeze({ filter_patterns: null, grad_cam: null }),
  step: null,
  versus: null,
  show: 'strip',
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
    theme: 'light',
    isFollowing: true,
    isPlaying: false,
    viewport: { left: 0, top: 0, width: 900, height: 600 },
    drawer: 'none',
    cursor: null,
    width: 1500,
    swipe: 0.5,
    arrived: 0,
    trouble: '',
    reading: 0,
    runs: null,
    captures: null,
    layerAnswer: null,
    heldOut: null,
  };
}

/**
 * The kind of picture that the view shows.
 * @param {Pick<State, 'view'>} state
 */
export const kindOf = (state) => KIND_OF_VIEW[state.view];
