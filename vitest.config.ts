import { defineConfig } from "vitest/config";

/** Slow tests that judge no time, mostly because their clock is simulated, or because they read a finished page. */
const NO_REAL_TIME = [
  "test/{application,golden,protocol,workbench/simulation}/**/*.slow.test.ts",
  "test/library/{backlog,backpressure,retention}.slow.test.ts",
  "test/package/api-docs.slow.test.ts",
  "test/report-page/*.slow.test.ts",
  "test/workbench/first-values.slow.test.ts",
];

/** How a property that failed is reported. */
const setupFiles = ["test/support/fast-check-reporter.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "fast",
          setupFiles,
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.slow.test.ts", "test/**/*.isolated.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // More than there are cores on a small machine: many tests wait for processes.
          maxWorkers: 3,
          // Files of one worker share their modules, and what has been compiled of them: otherwise all take twice as long.
          isolate: false,
        },
      },
      // What replaces a module would replace it for others as well.
      {
        test: {
          name: "isolated",
          setupFiles,
          include: ["test/**/*.isolated.test.ts"],
          testTimeout: 180_000,
          maxWorkers: 3,
        },
      },
      // Real-time runs judge latency, so files run one after another. Few tests run beside others of their file, where the load is light.
      {
        test: {
          name: "slow",
          setupFiles,
          include: ["test/**/*.slow.test.ts"],
          exclude: NO_REAL_TIME,
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      // For these only the processor counts, so they use all of it, after the others.
      {
        test: {
          name: "long",
          setupFiles,
          include: NO_REAL_TIME,
          testTimeout: 900_000,
          hookTimeout: 900_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
