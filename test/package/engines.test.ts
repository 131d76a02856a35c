import { readFileSync } from "node:fs";
import { minVersion, satisfies } from "semver";
import { expect, it } from "vitest";

interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly engines?: { readonly node?: string }; readonly optional?: boolean }>
  >;
}

it("every package in the lockfile runs on the oldest Node that this project supports", () => {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
  const oldest = minVersion(engines.node)?.version ?? "";
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lockfile;
  const needs = Object.entries(packages).flatMap(([path, { engines: own, optional }]) =>
    own?.node === undefined || optional === true ? [] : [{ path, node: own.node }],
  );
  expect(oldest).toBe("20.19.0");
  expect(needs.length).toBeGreaterThan(50);
  expect(needs.filter(({ node }) => !satisfies(oldest, node))).toEqual([]);
});
