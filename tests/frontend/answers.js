/** Answers of the server for the tests: three captures, 50 steps apart. */

export const captureHead = (index, more = {}) => ({
  kind: 'grad_cam',
  stream: 'grad_cam',
  index,
  step: 50 * index,
  iterations: 50 * index,
  fit: 0,
  epoch: index,
  batch: 0,
  wall_time: 1.7e9 + index,
  reason: index ? 'schedule' : 'baseline',
  cost_s: 0.1,
  overhead: null,
  skipped: 0,
  size_bytes: 100,
  notes: [],
  happened: [],
  layers: ['a'],
  num_labelled: 4,
  num_correct: index,
  ...more,
});

export const patternCapture = (index, filters, more = {}) => ({
  step: 50 * index,
  stream: 'filter_patterns',
  version: `v${index}`,
  picture_step: 50 * index,
  outcome: null,
  record: {
    path: 'a',
    layer_kind: 'Conv2D',
    num_filters: 8,
    preset: 'recipe',
    sheet: {
      columns: 2,
      tile_width: 32,
      tile_height: 24,
      picture_width: 28,
      picture_height: 20,
      encoding: 'png',
    },
    channels: 'rgb',
    filters,
    objective: filters.map((filter) => filter + index / 10),
    status: filters.map(() => 'live'),
    origin: filters.map(() => 'fresh'),
    origin_step: filters.map(() => null),
    measures: { change: filters.map(() => index) },
    layer_measures: { cka_baseline: 1 },
    margin_px: 0,
  },
  ...more,
});

const CROPS = {
  columns: 3,
  tile_width: 16,
  tile_height: 8,
  picture_width: 12,
  picture_height: 8,
  encoding: 'png',
};

/** A capture whose filters have exemplars of these images, all of one class each. */
export function exemplarCapture(index, images) {
  const filters = Object.keys(images).map(Number);
  const made = patternCapture(index, filters);
  const rows = Object.values(images);
  made.record.measures.class_selectivity = filters.map((filter) => filter / 10);
  made.record.exemplars = {
    sheet: CROPS,
    num_images: 40,
    is_of_pool: true,
    height: 0.5,
    width: 0.5,
    classes: ['cat', 'dog'],
    class_count: [20, 20],
    image: rows,
    hash: rows.map((row) => row.map((image) => `h${image}`)),
    label: rows.map((row) => row.map((image) => (image % 2 ? 1 : null))),
    activation: rows.map((row) => row.map(() => 1.5)),
    box: rows.map((row) => row.flatMap((image) => [image / 100, 0, 0.5, 1])),
    histogram: rows.map(() => [30, 10]),
    low: rows.map(() => -1),
    high: rows.map(() => 2),
    mix_class: rows.map(() => [1, 0]),
    mix_count: rows.map(() => [6, 2]),
    mix_total: rows.map(() => 8),
  };
  return made;
}

export const mapCapture = (index, images, { maximum, prediction, targets, ...more } = {}) => ({
  step: 50 * index,
  stream: 'grad_cam',
  version: `v${index}`,
  picture_step: 50 * index,
  record: {
    path: 'a',
    layer_kind: 'Activation',
    method: 'grad_cam',
    height: 2,
    width: 3,
    encoding: 'float32',
    maximum: maximum ?? images.map(() => 1),
    status: images.map(() => 'ok'),
    origin: images.map(() => 'fresh'),
    origin_step: images.map(() => null),
    measures: {},
    mean_class: [],
    mean_count: [],
    parts: [],
    shares: [],
  },
  outcome: {
    images,
    label: images.map(() => 0),
    prediction: prediction ?? images.map(() => 0),
    value: images.map(() => 0.9),
    value_kind: 'probability',
    correct: images.map(() => true),
    top_classes: images.map(() => [0, 1, 2]),
    top_values: images.map(() => [0.9, 0.06, 0.04]),
    row_image: images.map((_, i) => i),
    row_target: targets ?? images.map(() => 'predicted class'),
    row_class: images.map(() => 0),
    row_score: images.map(() => 2),
    row_score_kind: 'logit',
    output: 'predictions',
    row_confidence: [],
    row_box: [],
    row_overlap: [],
    label_value: [],
    label_loss: [],
  },
  ...more,
});

export const layerAnswer = (kind, captures) => ({ run: 'r', kind, path: 'a', captures });

export const capturesAnswer = (captures, layers) => ({
  run: 'r',
  version: `v${captures.length}`,
  captures,
  layers,
  streams: [{ stream: 'grad_cam', num_kept: captures.length, num_written: captures.length }],
  faults: [],
});

export const layerHead = (path, numCaptures, more = {}) => ({
  kind: 'grad_cam',
  path,
  layer_kind: 'Conv2D',
  stream: 'grad_cam',
  num_captures: numCaptures,
  num_filters: null,
  num_drawn: null,
  ...more,
});

/** A pack as http_api.md has it. */
export function packOf(header, pictures = []) {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil((8 + json.length) / 4) * 4 - 8;
  const body = pictures.flatMap((bytes) => [...bytes]);
  const pack = new Uint8Array(8 + length + body.length).fill(32);
  pack.set(new TextEncoder().encode('KVP1'));
  new DataView(pack.buffer).setUint32(4, length, true);
  pack.set(json, 8);
  pack.set(body, 8 + length);
  return pack.buffer;
}
