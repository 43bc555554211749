// @ts-check
/** The JSON that the server sends (http_api.md, contract/), as types with its own keys. */

/**
 * @typedef {'filter_patterns' | 'grad_cam'} Kind
 * @typedef {Kind | 'class_means' | 'exemplars'} PackKind
 * @typedef {{run: string, kind: PackKind, path: string}} PictureLayer Whose pictures.
 * @typedef {'auto' | 'overview' | 'filters' | 'heatmaps' | 'compare'} ViewName
 * @typedef {'viridis' | 'turbo' | 'jet' | 'grey'} ColormapName
 *
 * @typedef {{run: string, streams: string[]}} RunHead
 * @typedef {{schema: number, runs: RunHead[]}} RunsAnswer
 *
 * @typedef {object} CaptureHead What was captured at one step of a stream.
 * @property {Kind} kind
 * @property {string} stream
 * @property {number} index
 * @property {number} step
 * @property {number} iterations
 * @property {number} fit
 * @property {number} epoch
 * @property {number} batch
 * @property {number} wall_time
 * @property {string} reason
 * @property {number} cost_s
 * @property {number | null} overhead
 * @property {number} skipped
 * @property {number} size_bytes
 * @property {string[]} notes
 * @property {Happened[]} happened
 * @property {string[]} layers
 * @property {number | null} num_labelled
 * @property {number | null} num_correct
 *
 * @typedef {object} Happened An event before the capture that records it.
 * @property {string} reason
 * @property {number} step
 * @property {number} epoch
 * @property {number} batch
 *
 * @typedef {object} LayerHead
 * @property {Kind} kind
 * @property {string} path
 * @property {string} layer_kind
 * @property {string} stream
 * @property {number} num_captures
 * @property {number | null} num_filters
 * @property {number | null} num_drawn
 *
 * @typedef {{stream: string, num_kept: number, num_written: number}} StreamHead
 * @typedef {{tag: string, step: number | null, message: string}} Fault
 * @typedef {{run: string, version: string, captures: CaptureHead[], layers: LayerHead[],
 *   streams: StreamHead[], faults: Fault[]}} CapturesAnswer
 *
 * @typedef {{stream: string, num_read: number, num_records: number}} Reading
 * @typedef {{run: string, reading: Reading | null}} ProgressAnswer
 * @typedef {{run: string, version: string}} VersionAnswer
 *
 * @typedef {object} Sheet
 * @property {number} columns
 * @property {number} tile_width
 * @property {number} tile_height
 * @property {number} picture_width
 * @property {number} picture_height
 * @property {'png' | 'jpeg'} encoding
 *
 * @typedef {Record<string, (number | null)[]>} MeasureColumns
 *
 * @typedef {object} PatternLayer
 * @property {string} path
 * @property {string} layer_kind
 * @property {number} num_filters
 * @property {string} preset
 * @property {Sheet} sheet
 * @property {string} channels
 * @property {number[]} filters
 * @property {(number | null)[]} objective
 * @property {string[]} status
 * @property {string[]} origin
 * @property {(number | null)[]} origin_step
 * @property {MeasureColumns} measures
 * @property {Record<string, number | null>} layer_measures
 * @property {number} margin_px
 * @property {Exemplars | null} exemplars
 *
 * @typedef {object} Exemplars The images that activate the filters most: a row per filter.
 * @property {Sheet} sheet
 * @property {number} num_images
 * @property {boolean} is_of_pool
 * @property {number} height
 * @property {number} width
 * @property {string[]} classes
 * @property {number[]} class_count
 * @property {number[][]} image
 * @property {string[][]} hash
 * @property {(number | null)[][]} label
 * @property {(number | null)[][]} activation
 * @property {number[][]} box
 * @property {number[][]} histogram
 * @property {(number | null)[]} low
 * @property {(number | null)[]} high
 * @property {number[][]} mix_class
 * @property {number[][]} mix_count
 * @property {number[]} mix_total
 * @property {string} sample
 * @property {number} num_sampled
 * @property {number} num_strongest Of a row; those after them activate it less. 0: all.
 *
 * @typedef {object} MapLayer
 * @property {string} path
 * @property {string} layer_kind
 * @property {string} method
 * @property {number} height
 * @property {number} width
 * @property {'float32'} encoding
 * @property {(number | null)[]} maximum
 * @property {string[]} status
 * @property {string[]} origin
 * @property {(number | null)[]} origin_step
 * @property {MeasureColumns} measures
 * @property {number[]} mean_class
 * @property {number[]} mean_count
 * @property {string[]} parts
 * @property {(number | null)[][]} shares
 *
 * @typedef {object} Outcome
 * @property {string[]} images
 * @property {(number | null)[]} label
 * @property {(number | null)[]} prediction
 * @property {(number | null)[]} value
 * @property {string} value_kind
 * @property {(boolean | null)[]} correct
 * @property {number[][]} top_classes
 * @property {(number | null)[][]} top_values
 * @property {number[]} row_image
 * @property {string[]} row_target
 * @property {(number | null)[]} row_class
 * @property {(number | null)[]} row_score
 * @property {string} row_score_kind
 * @property {string | null} output
 * @property {(number | null)[]} row_confidence Of detections; empty where there are none.
 * @property {(number[] | null)[]} row_box
 * @property {(number | null)[]} row_overlap
 * @property {(number | null)[]} label_value By image; empty where it is not recorded.
 * @property {(number | null)[]} label_loss
 *
 * @typedef {object} CaptureBase
 * @property {number} step
 * @property {string} stream
 * @property {string | null} version
 * @property {number} picture_step
 *
 * @typedef {CaptureBase & {record: PatternLayer, outcome: null}} PatternCapture
 * @typedef {CaptureBase & {record: MapLayer, outcome: Outcome}} MapCapture
 * @typedef {{run: string, kind: Kind, path: string,
 *   captures: (PatternCapture | MapCapture)[], faults: Fault[]}} LayerAnswer
 *
 * @typedef {object} HeldOutImage
 * @property {string} hash
 * @property {string} name
 * @property {number | null} label
 * @property {number} height
 * @property {number} width
 * @property {number} shown_height
 * @property {number} shown_width
 * @property {'png' | 'jpeg'} encoding
 * @property {number[][]} boxes
 *
 * @typedef {{schema: number, stream: string, class_names: string[],
 *   images: HeldOutImage[]}} HeldOutRecord
 * @typedef {{hash: string, offset?: number, length?: number, fault?: string}} HeldOutEntry
 * @typedef {{held_out: HeldOutRecord, entries: HeldOutEntry[],
 *   faults: Fault[]}} HeldOutHeader
 * @typedef {{step: number, offset?: number, length?: number, fault?: string,
 *   left_out?: boolean}} PictureEntry
 *
 * @typedef {{record: HeldOutRecord, pictures: Map<string, ImageBitmap>,
 *   faults: Fault[]}} HeldOut Images of a stream, decoded.
 */

/**
 * The answer of `overview`: every list has one entry per step of its layer or stream.
 *
 * @typedef {(number | null)[]} Series
 * @typedef {{low: Series, median: Series, high: Series, mean: Series}} SpreadColumns
 *
 * @typedef {object} OverviewLayer
 * @property {Kind} kind
 * @property {string} path
 * @property {string} stream
 * @property {number[]} steps
 * @property {Record<string, number>[]} status How many filters or rows have each.
 * @property {boolean[]} unchanged
 * @property {{baseline: (boolean | null)[], previous: (boolean | null)[]}} is_noise
 * @property {Record<string, SpreadColumns>} measures
 * @property {Record<string, Series>} layer_measures
 *
 * @typedef {object} OverviewOutcome
 * @property {string} stream
 * @property {number[]} steps
 * @property {number[]} num_labelled
 * @property {number[]} num_correct
 * @property {number[]} num_flips
 *
 * @typedef {object} FindingTile
 * @property {number} step
 * @property {number} wall_time
 * @property {number} picture_step
 * @property {number} place
 * @property {Sheet | null} sheet
 * @property {[number, number, number] | null} map_size Rows, height, width.
 * @property {number | null} maximum
 * @property {string | null} image
 *
 * @typedef {object} Finding
 * @property {'good' | 'bad' | 'news' | 'care'} tone
 * @property {string} title
 * @property {string} text
 * @property {Kind} kind
 * @property {string} stream
 * @property {string} path
 * @property {string | null} item
 * @property {number} step
 * @property {number | null} versus
 * @property {string[]} images
 * @property {FindingTile[]} tiles
 *
 * @typedef {{run: string, layers: OverviewLayer[], outcomes: OverviewOutcome[],
 *   findings: Finding[]}} OverviewAnswer
 *
 * @typedef {{filter: number, other: number, correlation: number | null}} LineagePair
 * @typedef {{fault: string | null, num_images: number, chance: number | null,
 *   pairs: LineagePair[]}} LineageAnswer
 */

export {};
