// @ts-check
/**
 * What the page consists of, so that all of it can be asked for at once. A test
 * compares both lists with the folder.
 */

/** Files of the page, in no order; without those that the entry imports itself. */
export const MODULES = `
  actions address apng arrange axis bitmap
  cache cell_memory choices colormap colormap_tables columns
  compare contour difference dom dom_props draw
  finding_look finding_pictures heatmap held_out keys known
  lanes load looks map_rows maps matrix
  mean_rows measures memo other_models others overview
  page paint paint_difference pair patterns picture
  pictures play saves search select shape
  snapshot state store url url_field url_fields
  views/ab views/best_crop views/boxes views/change_matrix views/change_strip views/chart
  views/chips views/compare views/compare_choice views/controls views/detail views/empty
  views/filter_choice views/filter_grid views/filters views/find views/findings views/heatmaps
  views/icons views/images views/key_list views/large views/layers views/log
  views/map_charts views/map_choice views/map_detail views/map_display views/matrix views/matrix_heads
  views/matrix_row views/mean_cell views/mean_detail views/mosaic views/mosaics views/notice
  views/numbers views/outcome views/outcome_cards views/overview views/pattern_charts views/pattern_detail
  views/picture views/pin_button views/ruler views/sanity views/scroller views/shell
  views/side views/sparkline views/status_card views/story views/tile views/timeline
  views/tools views/topbar wanted words
`
  .trim()
  .split(/\s+/);

/** In the order in which they rule. */
export const STYLES = [
  'theme',
  'page',
  'controls',
  'topbar',
  'notices',
  'find',
  'timeline',
  'side',
  'matrix',
  'tile',
  'spark',
  'strip',
  'detail',
  'large',
  'overview',
  'findings',
];
