// @ts-check
/**
 * Makes a page look as a view describes it (`el.js`).
 *
 * `patch` keeps a node where its description is the same, so focus, scrolling and
 * canvases outlive a redraw. Text becomes text nodes and nothing else: no string out
 * of a log is ever parsed as markup.
 */

/** @typedef {import('./el.js').VNode} VNode */

const SVG = 'http://www.w3.org/2000/svg';

/** @type {WeakMap<Node, VNode>} */
const drawn = new WeakMap();

/**
 * Make the children of `parent` look as described.
 * @param {Element} parent
 * @param {(VNode | string)[]} children
 */
export function patch(parent, children) {
  if (!isSameRow(parent, children)) return rearrange(parent, children);
  let node = parent.firstChild;
  for (const child of children) {
    const next = /** @type {ChildNode} */ (node).nextSibling;
    placed(parent, child, /** @type {ChildNode} */ (node));
    node = next;
  }
}

/**
 * Whether each child is already in its place: usually so, and far cheaper to patch.
 * @param {Element} parent
 * @param {(VNode | string)[]} children
 */
function isSameRow(parent, children) {
  let node = parent.firstChild;
  for (const child of children) {
    if (!node) return false;
    const before = drawn.get(node);
    const isSame =
      typeof child === 'string'
        ? node.nodeType === Node.TEXT_NODE
        : before === child || (before?.tag === child.tag && before.props.key === child.props.key);
    if (!isSame) return false;
    node = node.nextSibling;
  }
  return node === null;
}

/**
 * @param {Element} parent
 * @param {(VNode | string)[]} children
 */
function rearrange(parent, children) {
  const old = [...parent.childNodes];
  const byKey = new Map(old.filter((node) => keyOf(node)).map((node) => [keyOf(node), node]));
  const free = old.filter((node) => !keyOf(node));
  const taken = children.map((child) => takeNode(child, byKey, free));
  // What goes, goes first: then what stays stands in its place and is not moved.
  const kept = new Set(taken);
  for (const node of old) if (!kept.has(node)) node.remove();
  let place = parent.firstChild;
  children.forEach((child, i) => {
    const before = taken[i];
    const node = placed(parent, child, before);
    if (before && before !== node) before.replaceWith(node);
    if (before === place || node === place) place = node.nextSibling;
    else parent.insertBefore(node, place);
  });
}

/** @param {Node} node */
const keyOf = (node) => drawn.get(node)?.props.key;

/**
 * The old node that can become `child`, if any.
 * @param {VNode | string} child
 * @param {Map<unknown, ChildNode>} byKey
 * @param {ChildNode[]} free Those without a key, in order; the one taken leaves.
 */
function takeNode(child, byKey, free) {
  const isText = typeof child === 'string';
  if (!isText && child.props.key) return byKey.get(child.props.key);
  const tag = isText ? '#text' : child.tag;
  const at = free.findIndex((node) => node.nodeName.toLowerCase() === tag.toLowerCase());
  return at < 0 ? undefined : free.splice(at, 1)[0];
}

/**
 * @param {Element} parent
 * @param {VNode | string} child
 * @param {ChildNode | undefined} old
 * @returns {ChildNode}
 */
function placed(parent, child, old) {
  if (typeof child === 'string') {
    if (!old) return document.createTextNode(child);
    if (old.nodeValue !== child) old.nodeValue = child;
    return old;
  }
  const isSame = old && old.nodeName.toLowerCase() === child.tag.toLowerCase();
  const node = /** @type {HTMLElement | SVGElement} */ (isSame ? old : created(parent, child.tag));
  const before = drawn.get(node);
  if (before === child) return node;
  drawn.set(node, child);
  setProps(node, before?.props ?? {}, child.props);
  if (child.children.length || before?.children.length) patch(node, child.children);
  setLast(node, child.props);
  return node;
}

/**
 * @param {Element} parent
 * @param {string} tag
 */
function created(parent, tag) {
  const isSvg = tag === 'svg' || (parent.namespaceURI === SVG && tag !== 'foreignObject');
  return isSvg ? document.createElementNS(SVG, tag) : document.createElement(tag);
}

/**
 * @param {HTMLElement | SVGElement} node
 * @param {Record<string, any>} before
 * @param {Record<string, any>} after
 */
function setProps(node, before, after) {
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
function setLast(node, props) {
  const { value, patched } = /** @type {{value?: string, patched?: () => void}} */ (node);
  const wanted = props['.value'];
  const isSelect = node.nodeName === 'SELECT' && '.value' in props;
  if (isSelect && value !== wanted) /** @type {any} */ (node).value = wanted;
  patched?.call(node);
}

/**
 * Change only what is described differently than before: what a person types into a box
 * stays while the page around it is redrawn.
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
 * Listen once per type; the handler that is called may change with every patch.
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
