// @ts-check
/** The pictures beside a finding: where they lie, and what their tiles show. */

import { rectOf } from '../models/patterns.js';
import { colormapTable } from './colormap.js';
import { holds, LOADING, mapAt, missing, whole } from './looks.js';

/** @typedef {import('../api/types.js').Finding} Finding */
/** @typedef {import('../api/types.js').FindingTile} FindingTile */
/** @typedef {import('../models/axis.js').PictureKey} PictureKey */
/** @typedef {import('./looks.js').Look} Look */

/**
 * The pictures that show the findings.
 * @param {import('../models/overview.js').OverviewModel | null} model
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
 * @param {import('../state/state.js').State} state
 * @param {Finding} finding
 * @param {FindingTile} tile
 * @param {{pictures: import('../pictures/pictures.js').Pictures, box: import('./paint.js').Box,
 *   top: number}} how
 * @returns {Look}
 */
export function tileLook(state, finding, tile, { pictures, box, top }) {
  const key = tileKey(state.run ?? '', finding, tile);
  const found = pictures.get(key);
  if (!found) return LOADING;
  const name = `${key.key} ${tile.place} ${box.width} ${state.colormap} ${state.opacity} ${state.isBare}`;
  if ('bitmap' in found && tile.sheet) {
    const rect = rectOf(tile.sheet, tile.place);
    if (!holds(found.bitmap, rect)) return missing('missing');
    return shown({ key: name, box, image: found.bitmap, rect, overlay: null });
  }
  const image = state.heldOut?.value?.pictures.get(tile.image ?? '');
  if (!image && state.heldOut?.status !== 'ready') return LOADING;
  const map = tile.map_size && mapAt(found, tile.map_size, tile.place);
  if (!image || !map) return missing('missing');
  const table = colormapTable(state.colormap);
  const overlay = state.isBare ? null : { map, painting: { top, table, opacity: state.opacity, contour: null } };
  return shown({ key: name, box, image, rect: whole(image), overlay });
}

/**
 * @param {import('./paint.js').Drawing} drawing
 * @returns {Look}
 */
const shown = (drawing) => ({ drawing, mark: '', word: '' });

/**
 * @param {string} run
 * @param {Finding} finding
 * @param {FindingTile} tile
 * @returns {PictureKey}
 */
function tileKey(run, { kind, path }, tile) {
  const version = `t${tile.wall_time}`;
  const { sheet, map_size: size } = tile;
  const pixels = sheet ? sheet.tile_width * sheet.tile_height * 64 : 0;
  const cost = 4 * (pixels || (size ?? [1, 1, 1]).reduce((a, b) => a * b));
  const key = JSON.stringify([run, kind, path, tile.picture_step, version]);
  return { key, step: tile.picture_step, version, cost };
}
