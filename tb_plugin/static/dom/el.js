// @ts-check
/**
 * Describes what a page should look like; `dom.js` makes it look so.
 *
 * In `props` a name that begins with `on` is a listener, one that begins with `.`
 * a property of the node, `style` an object of CSS properties, `key` an identity
 * among siblings; everything else is an attribute (`true`: present without value;
 * null, undefined and false: absent).
 */

/**
 * @typedef {object} VNode
 * @property {string} tag
 * @property {Record<string, any>} props
 * @property {(VNode | string)[]} children
 */
/** @typedef {VNode | string | number | null | undefined | false} Leaf */
/** @typedef {Leaf | (Leaf | (Leaf | (Leaf | Leaf[])[])[])[]} Child */

/**
 * @param {string} tag
 * @param {Record<string, any> | null} [props]
 * @param {...Child} children Lists in lists are laid flat; what is empty is left out.
 * @returns {VNode}
 */
export function el(tag, props, ...children) {
  return { tag, props: props ?? {}, children: children.flatMap(laidFlat) };
}

/**
 * @param {Child} child
 * @returns {(VNode | string)[]}
 */
function laidFlat(child) {
  if (Array.isArray(child)) return child.flatMap(laidFlat);
  if (child === null || child === undefined || child === false || child === '') return [];
  return [typeof child === 'number' ? String(child) : child];
}
