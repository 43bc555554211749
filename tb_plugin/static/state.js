// @ts-check
/** What the page knows, and what it knows at first. */

/** @typedef {import('./types.js').Kind} Kind */
/** @typedef {import('./types.js').ViewName} ViewName */
/** @typedef {import('./types.js').ColormapName} ColormapName */

/**
 * @template T
 * @typedef {object} Loaded Something asked of the server; `value` may be of an
 *   earlier reading while a newer one is on its way.
 * @property {string} subject What was asked.
 * @property {number} reading At which reading of the log.
 * @property {'loading' | 'ready' | 'failed'} status
 * @property {T | null} value
 * @property {string} message One sentence; empty unless failed.
 */

/**
 * @typedef {object} Viewport What of the matrix can be seen, in CSS pixels.
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} Choice What a person chose and would want to share: the URL.
 * @property {ViewName} view
 * @property {string | null} run
 * @property {Record<Kind, string | null>} layer
 * @property {Record<Kind, string | null>} item The row whose details are open.
 * @property {number | null} step
 * @property {number | null} versus The step that the detail compares with.
 * @property {'strip' | 'grid'} show
 * @property {ColormapName} colormap
 * @property {number} opacity In [0, 1].
 * @property {'run' | 'picture'} scale
 *
 * @typedef {object} Screen What is momentary.
 * @property {boolean} isFollowing
 * @property {boolean} isPlaying
 * @property {Viewport} viewport
 * @property {'none' | 'left' | 'log'} drawer The panel laid over the rest.
 * @property {string | null} cursor The row that the keyboard is at.
 * @property {number} width Of the window, in CSS pixels.
 * @property {string | null} bare The cell that is shown without its heatmap.
 * @property {number} swipe Share of the picture that A covers, in [0, 1].
 * @property {number} arrived How many answers with pictures came in.
 * @property {string} trouble Why pictures could not be fetched; mostly empty.
 * @property {number} reading Counts the readings of the log.
 *
 * @typedef {object} Data
 * @property {Loaded<import('./types.js').RunsAnswer> | null} runs
 * @property {Loaded<import('./types.js').CapturesAnswer> | null} captures
 * @property {Loaded<import('./types.js').LayerAnswer> | null} layerAnswer
 * @property {Loaded<import('./types.js').HeldOut> | null} heldOut
 *
 * @typedef {Choice & Screen & Data} State
 */

/** @type {Readonly<Record<ViewName, Kind>>} */
export const KIND_OF_VIEW = { filters: 'filter_patterns', heatmaps: 'grad_cam' };

/** @type {Readonly<Choice>} */
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
    isFollowing: true,
    isPlaying: false,
    viewport: { left: 0, top: 0, width: 900, height: 600 },
    drawer: 'none',
    cursor: null,
    bare: null,
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
