// @ts-check
/** What `el` describes of one node, brought onto that node; see dom.js. */

/**
 * @param {HTMLElement | SVGElement} node
 * @param {Record<string, any>} before
 * @param {Record<string, any>} after
 */
export function setProps(node, before, after) {
  for (const name of Object.keys(before)) {
    if (!(name in after)) setProp(node, name, before[name], null);
  }
  for (const [name, value] of Object.entries(after)) setProp(node, name, before[name], value);
}

/**
 * A select takes its value only once its options are there; a scroller scrolls
 * only once its content has its size.
 * @param {Node} node
 * @param {Record<string, any>} props
 */
export function setLast(node, props) {
  const { value, patched } = /** @type {{value?: string, patched?: () => void}} */ (node);
  const wanted = props['.value'];
  const isSelect = node.nodeName === 'SELECT' && '.value' in props;
  if (isSelect && value !== wanted) /** @type {any} */ (node).value = wanted;
  patched?.call(node);
}

/**
 * Only what is described otherwise than before is touched: what a person types
 * into a box stays while the page around it is drawn anew.
 * @param {HTMLElement | SVGElement} node
 * @param {string} name
 * @param {any} before
 * @param {any} value
 */
function setProp(node, name, before, value) {
  if (name === 'key' || before === value) return;
  if (name.startsWith('.')) /** @type {any} */ (node)[name.slice(1)] = value;
  else if (name.startsWith('on')) listen(node, name.slice(2), value);
  else if (name === 'style') setStyle(node, before ?? {}, value ?? {});
  else if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? '' : String(value));
}

/** @typedef {((event: Event) => void) | null | undefined} Listener */

/** @type {WeakMap<EventTarget, Record<string, Listener>>} */
const listeners = new WeakMap();

/**
 * A node listens once per type; whom it tells may change with every patch.
 * @param {Element} node
 * @param {string} type
 * @param {Listener} value
 */
function listen(node, type, value) {
  const ofNode = listeners.get(node) ?? {};
  if (!(type in ofNode)) node.addEventListener(type, tell);
  ofNode[type] = value;
  listeners.set(node, ofNode);
}

/** @param {Event} event */
function tell(event) {
  const node = /** @type {EventTarget} */ (event.currentTarget);
  listeners.get(node)?.[event.type]?.(event);
}

/**
 * @param {HTMLElement | SVGElement} node
 * @param {Record<string, string>} before
 * @param {Record<string, string>} after
 */
function setStyle(node, before, after) {
  for (const name of Object.keys(before)) if (!(name in after)) node.style.removeProperty(name);
  for (const [name, value] of Object.entries(after)) {
    if (before[name] !== value) node.style.setProperty(name, value);
  }
}
