import { expect, it } from "vitest";
import { isAtLeast, LOG_LEVELS } from "../../../src/domain/log/levels.js";

it("A log shows events of its level and of more urgent ones", () => {
  const shown = LOG_LEVELS.map((least) => LOG_LEVELS.filter((level) => isAtLeast(level, least)));
  expect(shown).toEqual([["debug", "info", "warn", "error"], ["info", "warn", "error"], ["warn", "error"], ["error"]]);
});
