/**
 * Returns a function that remembers its latest result, and computes it again once an argument is another one. The batches
 * of one wave have the same arguments.
 */
export function latest<Arguments extends unknown[], Result>(
  compute: (...args: Arguments) => Result,
): ((...args: Arguments) => Result) & { forget(): void } {
  let last: { readonly args: Arguments; readonly result: Result } | undefined;
  const memo = (...args: Arguments) => {
    const known = last;
    if (known !== undefined && args.every((arg, index) => arg === known.args[index])) return known.result;
    const result = compute(...args);
    last = { args, result };
    return result;
  };
  return Object.assign(memo, {
    forget: () => {
      last = undefined;
    },
  });
}
