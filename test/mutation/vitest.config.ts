import { relative } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { judgesOf, notJudging } from "./judges.js";

const judges = judgesOf(process.env.MUTATED ?? "src/domain");

/** A mutant is dead with the first test that fails, so those that are nearest and quickest come first. */
class InTheirOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const file = relative(process.cwd(), moduleId);
      return judges.findIndex((judge) => file === judge || file.startsWith(`${judge}/`));
    };
    return [...files].sort((a, b) => place(a) - place(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

export default defineConfig({
  cacheDir: `node_modules/.cache/mutation-${process.env.STRYKER_MUTATOR_WORKER ?? "none"}`,
  test: {
    include: judges.map((judge) => (judge.endsWith(".ts") ? judge : `${judge}/**/*.test.ts`)),
    exclude: notJudging,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // All files of a mutant share one worker, and their modules are loaded once.
    isolate: false,
    setupFiles: ["test/mutation/first-counterexample.ts"],
    // Every mutant loads the packages anew: one file each takes half the time of hundreds.
    deps: { optimizer: { ssr: { enabled: true, include: ["fast-check", "inversify", "lossless-json", "valibot"] } } },
    sequence: { sequencer: InTheirOrder },
  },
});
