/**
 * Returns why the commands do not run on this system, in one line; `undefined` if they do. All tests run on Linux alone.
 * The variable `TIDECAST_ANY_SYSTEM=1` allows every system.
 */
export function unsupportedSystem({ platform, env }: Pick<NodeJS.Process, "platform" | "env">): string | undefined {
  if (platform === "linux" || env.TIDECAST_ANY_SYSTEM === "1") return undefined;
  return `Tidecast supports Linux alone, and this system is ${platform}; set TIDECAST_ANY_SYSTEM=1 to run it here without support`;
}
