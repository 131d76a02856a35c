/** `npm run docs:wire`: writes the JSON Schema of the messages. */
import { writeFileSync } from "node:fs";
import { SCHEMA_PAGE, wireSchema } from "./wire-schema.js";

writeFileSync(SCHEMA_PAGE, `${JSON.stringify(wireSchema(), undefined, 2)}\n`);
