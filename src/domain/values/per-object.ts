/**
 * Returns a function that computes its result once per argument. The result is dropped with the argument, which must
 * not be modified. So nodes that share an argument, such as the list of members, share the result.
 */
export function perObject<Key extends object, Result>(compute: (key: Key) => Result): (key: Key) => Result {
  const results = new WeakMap<Key, Result>();
  return (key) => {
    let result = results.get(key);
    if (result === undefined) {
      result = compute(key);
      results.set(key, result);
    }
    return result;
  };
}
