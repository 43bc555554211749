// @ts-check
/**
 * Requests to the server: the routes of http_api.md as functions. No other file fetches.
 *
 * Addresses are relative to this file, so that a path prefix or an experiment's path
 * needs no thought.
 */

import { decodePack, PackError } from './pack.js';

/** @typedef {import('./types.js').Kind} Kind */

// The folder of this file is `static`, or one below it that names a version.
const ROOT = import.meta.url.slice(0, import.meta.url.lastIndexOf('/static/') + 1);
const SCHEMA = 1;

/** A request failed; the message is a sentence for the user. */
export class ApiError extends Error {}

/** @type {Map<string, Promise<Response>>} What was asked before the page was there. */
const asked = new Map();

/**
 * Request at once what the page will need, while it is still being set up.
 * @param {Record<string, string>} parameters Of the address.
 */
export function askAhead({ run, view, layer }) {
  const wanted = [address('runs', {})];
  if (run) wanted.push(address('captures', { run }));
  const kind = { filters: 'filter_patterns', heatmaps: 'grad_cam' }[view];
  if (run && kind && layer) wanted.push(address('layer', { run, kind, path: layer }));
  for (const url of wanted) {
    const answer = fetch(url);
    answer.catch(() => {}); // whoever asks in earnest tells what failed
    asked.set(url.href, answer);
  }
}

/** @returns {Promise<import('./types.js').RunsAnswer>} */
export async function fetchRuns() {
  const answer = await fetchJson(address('runs', {}));
  if (answer.schema !== SCHEMA) {
    throw new ApiError(
      `The server speaks version ${clipped(answer.schema)} of the protocol, this page ` +
        `version ${SCHEMA}. Restart TensorBoard, then load the page again.`,
    );
  }
  return answer;
}

/**
 * @param {string} run
 * @returns {Promise<import('./types.js').CapturesAnswer>}
 */
export const fetchCaptures = (run) => fetchJson(address('captures', { run }));

/**
 * @param {string} run
 * @returns {Promise<import('./types.js').ProgressAnswer>}
 */
export const fetchProgress = (run) => fetchJson(address('progress', { run }));

/**
 * @param {string} run
 * @returns {Promise<import('./types.js').VersionAnswer>}
 */
export const fetchVersion = (run) => fetchJson(address('version', { run }));

/**
 * @param {string} run
 * @returns {Promise<import('./types.js').OverviewAnswer>}
 */
export const fetchOverview = (run) => fetchJson(address('overview', { run }));

/**
 * @param {string} run
 * @param {Kind} kind
 * @param {string} path
 * @returns {Promise<import('./types.js').LayerAnswer>}
 */
export const fetchLayer = (run, kind, path) => fetchJson(address('layer', { run, kind, path }));

/**
 * @typedef {{run: string, path: string, step: number}} Drawn Filters of a capture.
 *
 * @param {Drawn} own
 * @param {Drawn} other
 * @returns {Promise<import('./types.js').LineageAnswer>}
 */
export const fetchLineage = ({ run, path, step }, other) =>
  fetchJson(
    address('lineage', {
      run,
      path,
      step: String(step),
      other_run: other.run,
      other_path: other.path,
      other_step: String(other.step),
    }),
  );

/**
 * @param {string} run
 * @param {string} stream
 * @returns {Promise<{header: import('./types.js').HeldOutHeader, body: Uint8Array}>}
 */
export const fetchHeldOut = (run, stream) => fetchPack(address('held_out', { run, stream }));

/**
 * @param {import('./types.js').PictureLayer} layer
 * @param {number[]} steps
 * @param {string[]} versions Of the pictures, in the order of the steps.
 * @returns {Promise<{header: {entries: import('./types.js').PictureEntry[]},
 *   body: Uint8Array}>}
 */
export const fetchPictures = ({ run, kind, path }, steps, versions) =>
  fetchPack(
    kind === 'class_means' || kind === 'exemplars'
      ? address(kind, { run, path, ...picked(steps, versions) })
      : address('pictures', { run, kind, path, ...picked(steps, versions) }),
  );

/**
 * @param {number[]} steps
 * @param {string[]} versions
 */
const picked = (steps, versions) => ({ steps: steps.join(','), v: versions.join('.') });

/**
 * @param {string} route
 * @param {Record<string, string>} parameters
 */
function address(route, parameters) {
  const url = new URL(route, ROOT);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

/** @param {URL} url */
async function fetchJson(url) {
  try {
    return await (await answered(url)).json();
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError('The response is not JSON.');
  }
}

/** @param {URL} url */
async function fetchPack(url) {
  try {
    return decodePack(await (await answered(url)).arrayBuffer());
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const why = error instanceof PackError ? error.message : 'The response broke off.';
    throw new ApiError(why);
  }
}

/** @param {URL} url */
async function answered(url) {
  /** @type {Response} */
  let response;
  const ahead = asked.get(url.href);
  asked.delete(url.href);
  try {
    response = await (ahead ?? fetch(url));
    // A large log is still being read.
    while (response.status === 503 && response.headers.has('Retry-After')) {
      await pause(Number(response.headers.get('Retry-After')));
      response = await fetch(url);
    }
  } catch {
    throw new ApiError('TensorBoard does not respond. Is it still running?');
  }
  if (response.ok) return response;
  const sentence = response.status < 500 ? clipped(await response.text()) : '';
  throw new ApiError(`TensorBoard returned ${response.status}. ${sentence}`.trim());
}

const LONGEST_PAUSE_S = 10;

/** @param {number} seconds */
const pause = (seconds) =>
  new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(seconds || 0, LONGEST_PAUSE_S)));

/** @param {unknown} value */
const clipped = (value) => String(value).slice(0, 300);
