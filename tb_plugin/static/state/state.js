// @ts-check
/** The state of the page: its types, its first value, and what follows from the view alone. */

/** @typedef {import('../api/types.js').ColormapName} ColormapName */
/** @typedef {import('../api/types.js').Kind} Kind */
/** @typedef {import('../api/types.js').ViewName} ViewName */
/** @typedef {import('../models/arrange.js').SortName} SortName */
/** @typedef {import('../models/compare.js').Axis} Axis */
/** @typedef {import('../models/overview.js').Since} Since */
/** @typedef {'pattern' | 'exemplars' | 'both'} Cells What a cell of the Filters view shows. */
/** @typedef {import('../models/arrange.js').Only} Only Which images are shown. */
/** @typedef {{name: string, images: readonly string[]}} Selection Images that a person picked. */

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
 * @typedef {{level: number, x: number, y: number}} Zoom How many times larger, and which
 *   point of the picture, in parts of it, stays in the middle.
 *
 * @typedef {object} Choice What a person chose and would want to share: the URL.
 * @property {ViewName} view `auto` until the log says what there is to see.
 * @property {Kind} kind What Compare shows.
 * @property {string | null} run
 * @property {Record<Kind, string | null>} layer
 * @property {Record<Kind, string | null>} item The row whose details are open.
 * @property {number | null} step
 * @property {number | null} versus The step that the detail compares with.
 * @property {string | null} versusRun The run that it compares with; null: this one.
 * @property {'swipe' | 'side' | 'difference'} ab How two pictures are compared.
 * @property {import('../models/axis.js').Spacing} spacing Of the captures in time.
 * @property {'strip' | 'grid' | 'lineage'} show Lineage is of filters; images are a strip.
 * @property {boolean} spans Whether it is shown when each layer was drawn.
 * @property {'fit' | 'all'} columns Whether a film strip shows as many captures as fit.
 * @property {number | null} from The first step of the range that is shown and played.
 * @property {number | null} to The last one.
 * @property {Cells} cells Of a log with exemplars; others show patterns.
 * @property {Since} since What the strips of change count from.
 * @property {Record<Kind, SortName>} sort
 * @property {readonly string[]} statuses Only filters of these; none: of all.
 * @property {Record<Kind, readonly string[]>} pins Keys of rows that stay on top.
 * @property {number | null} label Only images of this class.
 * @property {number | null} predicted Only images that are predicted as this class.
 * @property {string | null} target Only rows that explain this.
 * @property {Only} only
 * @property {Selection} selection
 * @property {boolean} boxes Whether boxes are drawn.
 * @property {boolean} contour Whether the top region is outlined.
 * @property {readonly string[]} compare Runs beside the one chosen.
 * @property {Readonly<Record<string, string>>} laneLayers By run that is compared with, which
 *   layer of it was chosen.
 * @property {Axis} axis What columns of Compare have in common.
 * @property {ColormapName} colormap
 * @property {number} opacity In [0, 1].
 * @property {'run' | 'picture'} scale
 *
 * @typedef {object} Screen What is momentary.
 * @property {boolean} isFollowing
 * @property {number | null} newestSeen Step of the newest capture that was there when the
 *   person last followed, or came; null before any.
 * @property {boolean} isPlaying
 * @property {boolean} isLooping Whether playing begins again at the end.
 * @property {number} speed Of playing: 1 takes some twelve seconds for a run.
 * @property {Viewport} viewport
 * @property {'none' | 'left' | 'log' | 'keys'} drawer The panel laid over the rest.
 * @property {string | null} cursor The row that the keyboard is at.
 * @property {number} width Of the window, in CSS pixels.
 * @property {boolean} isBare Whether images are shown without their heatmaps.
 * @property {number} swipe Share of the picture that A covers, in [0, 1].
 * @property {number} height Of the window.
 * @property {boolean} isFull Whether the large picture takes all of the page.
 * @property {boolean} isWide Whether the detail takes half of the page.
 * @property {string | null} exemplar Hash of the image that the detail shows instead of the
 *   pattern, as long as it is one of the open filter's exemplars.
 * @property {Zoom} zoom Of the large picture.
 * @property {string | null} query What is searched for.
 * @property {number} hit Which of what was found the keyboard is at.
 * @property {string} task What is under way, in words; mostly empty.
 * @property {number} arrived How many answers with pictures came in.
 * @property {string} trouble Why pictures could not be fetched; mostly empty.
 * @property {number} reading Counts the readings of the log.
 * @property {import('../api/types.js').Reading | null} progress How far the reading of the
 *   captures is that are waited for, if it is known.
 *
 * @typedef {object} Data
 * @property {Loaded<import('../api/types.js').RunsAnswer> | null} runs
 * @property {Loaded<import('../api/types.js').CapturesAnswer> | null} captures
 * @property {Loaded<import('../api/types.js').LayerAnswer> | null} layerAnswer
 * @property {Loaded<import('../api/types.js').HeldOut> | null} heldOut
 * @property {Loaded<import('../api/types.js').OverviewAnswer> | null} overview
 * @property {Readonly<Record<string, OtherRun>>} others Runs that are compared with.
 *
 * @typedef {object} OtherRun
 * @property {Loaded<import('../api/types.js').CapturesAnswer> | null} captures
 * @property {Loaded<import('../api/types.js').LayerAnswer> | null} layerAnswer
 * @property {Loaded<import('../api/types.js').LineageAnswer> | null} lineage Which of its
 *   filters are which of the chosen run.
 *
 * @typedef {Choice & Screen & Data} State
 */

/** @type {Readonly<Partial<Record<ViewName, Kind>>>} */
const KIND_OF_VIEW = { filters: 'filter_patterns', heatmaps: 'grad_cam' };

/** @type {readonly ColormapName[]} */
export const COLORMAPS = ['turbo', 'viridis', 'jet', 'grey'];

/** @type {readonly ViewName[]} */
export const VIEWS = ['overview', 'filters', 'heatmaps', 'compare'];

/** What an address has room for: images are named by twelve letters each. */
export const MAX_SELECTED = 512;
export const MAX_SELECTION_NAME = 80;

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
  spacing: 'even',
  show: 'strip',
  columns: 'fit',
  spans: false,
  from: null,
  to: null,
  cells: 'both',
  since: 'baseline',
  sort: Object.freeze({ filter_patterns: 'order', grad_cam: 'order' }),
  statuses: Object.freeze([]),
  pins: Object.freeze({ filter_patterns: Object.freeze([]), grad_cam: Object.freeze([]) }),
  label: null,
  predicted: null,
  target: null,
  only: 'all',
  selection: Object.freeze({ name: '', images: Object.freeze([]) }),
  boxes: true,
  contour: false,
  compare: Object.freeze([]),
  laneLayers: Object.freeze({}),
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
    newestSeen: null,
    isPlaying: false,
    isLooping: false,
    speed: 1,
    viewport: { left: 0, top: 0, width: 900, height: 600 },
    drawer: 'none',
    cursor: null,
    isBare: false,
    width: 1500,
    swipe: 0.5,
    height: 880,
    isFull: false,
    isWide: false,
    exemplar: null,
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
 * Whether the view shows all rows of one capture, not all captures. A lineage is a grid, and
 * so is what is shown where the log has none.
 * @param {Pick<State, 'view' | 'show'>} state
 */
export const isGrid = ({ view, show }) =>
  view === 'filters' ? show !== 'strip' : view === 'heatmaps' && show === 'grid';

/**
 * Whether the view shows rows of pictures, of one layer.
 * @param {Pick<State, 'view'>} state
 */
export const hasLayer = ({ view }) => view !== 'auto' && view !== 'overview';
