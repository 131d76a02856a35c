import type { PackedReport } from "./columns.js";

/** What a page is made of, by its `kind`. */
export type PackedPage = PackedReport;
