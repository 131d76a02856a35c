import { describe, expect, it } from "vitest";
import type { FileSystem } from "../../../src/adapters/journal-file/file-system.js";
import { nodeFileSystem } from "../../../src/adapters/journal-file/node-file-system.js";
import { codeOf, reasonOf } from "../../../src/adapters/journal-file/system-error.js";
import { JournalGone, lossOf, Whereabouts } from "../../../src/adapters/journal-file/whereabouts.js";

const failure = (code: string) => Object.assign(new Error(`${code}: a reason, stat '/data/n0'`), { code });

/** A path whose file has these identities, one after another; the last one stays. */
function placeWith(...identities: readonly string[]) {
  const rest = [...identities];
  const state: { error: Error | undefined; notWritable: Error | undefined } = {
    error: undefined,
    notWritable: undefined,
  };
  const files: FileSystem = {
    ...nodeFileSystem,
    identify: () => {
      if (state.error !== undefined) throw state.error;
      return (rest.length > 1 ? rest.shift() : rest[0]) as string;
    },
    requireWritable: () => {
      if (state.notWritable !== undefined) throw state.notWritable;
    },
  };
  return { state, place: new Whereabouts(files, "/data/n0") };
}

function problemOf(check: () => void): unknown {
  try {
    check();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("a file in use", () => {
  it("is where it was as long as its path leads to it", () => {
    const { place } = placeWith("1 1");
    for (let time = 0; time < 3; time++) place.check();
  });

  it("is lost if another one is at its path", () => {
    const { place } = placeWith("1 1", "1 1", "1 2");
    expect(() => place.check()).toThrow(new JournalGone("/data/n0 was replaced"));
  });

  it("may change its identity on a file system where all files do", () => {
    const { place } = placeWith("1 1", "1 2", "1 3");
    for (let time = 0; time < 3; time++) place.check();
  });

  it.each([
    ["ENOENT", "/data/n0 was deleted"],
    ["ENOTDIR", "/data/n0 was deleted"],
    ["ESTALE", "/data/n0 is no longer writable (ESTALE: a reason)"],
  ])("is lost if the system says %s", (code, message) => {
    const { state, place } = placeWith("1 1");
    state.error = failure(code);
    const problem = problemOf(() => place.check());
    expect(problem).toBeInstanceOf(JournalGone);
    expect(problem).toMatchObject({ message, cause: state.error });
  });

  it.each(["EROFS", "EACCES", "EPERM"])("is lost if it is not writable any more: %s", (code) => {
    const { state, place } = placeWith("1 1");
    state.notWritable = failure(code);
    expect(() => place.check()).toThrow(new JournalGone(`/data/n0 is no longer writable (${code}: a reason)`));
  });

  it("may come back after other errors", () => {
    const { state, place } = placeWith("1 1");
    state.error = failure("EIO");
    expect(problemOf(() => place.check())).toBe(state.error);
    state.error = undefined;
    place.check();
  });
});

describe("an error", () => {
  it("shows a loss, or is one", () => {
    const gone = new JournalGone("it was replaced");
    expect(lossOf(gone, "/data")).toBe(gone);
    expect(lossOf(failure("ENOENT"), "/data")?.message).toBe("/data was deleted");
    for (const other of [failure("ENOSPC"), new Error("x"), "x", undefined])
      expect(lossOf(other, "/data")).toBe(undefined);
  });

  it("of the system has a code, and its message before the call and the path is the reason", () => {
    expect([codeOf(failure("EIO")), reasonOf(failure("EIO"))]).toEqual(["EIO", "EIO: a reason"]);
    for (const other of [new Error("x"), Object.assign(new Error("x"), { code: 5 }), { code: "EIO" }, undefined])
      expect(codeOf(other)).toBe(undefined);
    expect([reasonOf(new Error("x")), reasonOf("y"), reasonOf(undefined)]).toEqual(["x", "y", "undefined"]);
  });
});
