import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A program that is needed, and the Debian package that brings it. */
const PROGRAMS = {
  unshare: "util-linux",
  nsenter: "util-linux",
  setpriv: "util-linux",
  mount: "mount",
  ip: "iproute2",
  python3: "python3",
  git: "git",
} as const;

/** Names of the library that sets a program's clock apart, for programs with threads. */
const FAKETIME = "faketime/libfaketimeMT.so.1";

/** Something on this machine is missing; the message says what to install or to allow. */
export class ToolMissing extends Error {
  override readonly name = "ToolMissing";
}

/**
 * Checks that this machine can run servers on hosts of their own.
 * @throws {ToolMissing} if a program is missing, or the kernel refuses namespaces
 */
export function checkTools(): void {
  checkNamespaces();
  faketimeLibrary();
}

/**
 * Checks that this machine can make hosts: all tools but the one that sets clocks.
 * @throws {ToolMissing} if a program is missing, or the kernel refuses namespaces
 */
export function checkNamespaces(): void {
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const [program, name] of Object.entries(PROGRAMS))
    if (!folders.some((folder) => existsSync(join(folder, program))))
      throw new ToolMissing(`${program} is not in PATH; on Debian and Ubuntu: apt-get install ${name}`);
  try {
    execFileSync("unshare", ["-rmn", "ip", "link", "set", "lo", "up"], { stdio: "pipe" });
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    throw new ToolMissing(
      `the kernel refuses a network namespace (${said}); run this as root, or allow users to make namespaces: ` +
        "sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces=10000, kernel.apparmor_restrict_unprivileged_userns=0",
    );
  }
}

/**
 * Path of libfaketime.
 * @throws {ToolMissing} if it is not installed
 */
export function faketimeLibrary(): string {
  const places = ["/usr/lib", "/usr/local/lib", "/usr/lib64"].flatMap((folder) =>
    existsSync(folder) ? [folder, ...readdirSync(folder).map((name) => join(folder, name))] : [],
  );
  const found = places.map((place) => join(place, FAKETIME)).find((path) => existsSync(path));
  if (found === undefined)
    throw new ToolMissing("libfaketime is not installed; on Debian and Ubuntu: apt-get install faketime");
  return found;
}
