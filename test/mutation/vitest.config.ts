import { relative } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { judgesOf, notJudging } from "./judges.js";
import { keptThreads } from "./kept-thread.js";

/** The process of Stryker that this is; `undefined` if it is none. */
const worker = process.env.STRYKER_MUTATOR_WORKER;

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
  cacheDir: `node_modules/.cache/mutation-${worker ?? "none"}`,
  plugins: [
    {
      name: "keep-threads",
      // Stryker asks for the threads of Vitest, and this overrules it.
      configureVitest({ project }) {
        if (worker !== undefined) Object.assign(project.config, { pool: keptThreads.name, poolRunner: keptThreads });
      },
    },
  ],
  test: {
    include: judges.map((judge) => (judge.endsWith(".ts") ? judge : `${judge}/**/*.test.ts`)),
    exclude: notJudging,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // All files share one thread, and their modules are loaded once.
    isolate: false,
    setupFiles: ["test/mutation/setup.ts"],
    ...(worker !== undefined && { runner: "test/mutation/mutant-runner.ts" }),
    // Every thread loads the packages: one file each takes half the time of hundreds.
    deps: { optimizer: { ssr: { enabled: true, include: ["fast-check", "inversify", "lossless-json", "valibot"] } } },
    sequence: { sequencer: InTheirOrder },
  },
});
