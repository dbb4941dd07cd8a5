// Mappings by names that others chose: a bookmaker may be called constructor. Pure.

/** What stands in nested mappings under these keys; undefined where nothing does. */
export function within(mapping, ...keys) {
  return keys.reduce((found, key) => (found && Object.hasOwn(found, key) ? found[key] : undefined), mapping);
}

/** The same mapping without a prototype: what it does not hold is undefined, whatever its name. */
export function plain(mapping) {
  return Object.assign(Object.create(null), mapping);
}
