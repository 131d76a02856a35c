/** `npm run docs:timers`: writes the tables of the constants into docs/protocol.md, between their marks. */
import { readFileSync, writeFileSync } from "node:fs";
import * as constants from "../../src/domain/config.js";
import { withSections } from "../../src/workbench/commands/written-sections.js";
import { TIMERS_MARK, timersTables } from "./timers-tables.js";

const page = "docs/protocol.md";
const tables = timersTables(readFileSync("src/domain/config.ts", "utf8"), constants);
writeFileSync(page, withSections("docs:timers", page, { [TIMERS_MARK]: tables }));
