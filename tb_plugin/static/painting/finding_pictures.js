// @ts-check
/** Findings in, the pictures that show them out. */

/** @typedef {import('../models/overview.js').OverviewModel} OverviewModel */
/** @typedef {import('../api/types.js').FindingTile} FindingTile */
/** @typedef {import('../models/axis.js').PictureKey} PictureKey */

/**
 * The pictures that show the findings.
 * @param {OverviewModel | null} model
 */
export function findingPictures(model) {
  const findings = model?.answer.findings ?? [];
  const run = model?.answer.run ?? '';
  return findings
    .filter(({ tiles }) => tiles.length)
    .map((finding) => ({
      layer: { run, kind: finding.kind, path: finding.path },
      keys: finding.tiles.map((tile) => tileKey(run, finding, tile)),
    }));
}

/**
 * @param {string} run
 * @param {import('../api/types.js').Finding} finding
 * @param {FindingTile} tile
 * @returns {PictureKey}
 */
export function tileKey(run, { kind, path }, tile) {
  const version = `t${tile.wall_time}`;
  const { sheet, map_size: size } = tile;
  const pixels = sheet ? sheet.tile_width * sheet.tile_height * 64 : 0;
  const cost = 4 * (pixels || (size ?? [1, 1, 1]).reduce((a, b) => a * b));
  const key = JSON.stringify([run, kind, path, tile.picture_step, version]);
  return { key, step: tile.picture_step, version, cost };
}
