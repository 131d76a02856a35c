/**
 * What inversify asks of `reflect-metadata`, kept in a map of its own instead of in the global `Reflect`: the build gives it to
 * inversify in the library's files.
 */
const kept = new WeakMap();
const mapOf = (target) => {
  if (!kept.has(target)) kept.set(target, new Map());
  return kept.get(target);
};

export const metadata = {
  defineMetadata: (key, value, target, property) => {
    const map = mapOf(target);
    if (!map.has(property)) map.set(property, new Map());
    map.get(property).set(key, value);
  },
  getOwnMetadata: (key, target, property) => kept.get(target)?.get(property)?.get(key),
  getMetadata: (key, target, property) => {
    for (let owner = target; owner !== null; owner = Object.getPrototypeOf(owner))
      if (kept.get(owner)?.get(property)?.has(key)) return metadata.getOwnMetadata(key, owner, property);
    return undefined;
  },
};
