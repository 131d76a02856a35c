// Measures one system after the other, and writes the table of docs/comparison.md. Name systems to measure only those,
// which writes nothing.
import { writeFileSync } from "node:fs";
import { type Measurement, measure } from "./measure.ts";
import { page } from "./page.ts";
import { describe, descriptions } from "./systems/descriptions.ts";

const named = process.argv.slice(2);
const measurements: Measurement[] = [];
for (const system of named.length > 0 ? named : Object.keys(descriptions)) {
  console.log(`measuring ${describe(system).name}`);
  measurements.push(await measure(system));
}
const text = page(measurements);
console.log(text);
if (named.length === 0) writeFileSync(new URL("../../docs/comparison.md", import.meta.url), text);
