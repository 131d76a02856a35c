import type { PackedReport } from "./columns.js";
import type { FrontierReport } from "./frontier.js";

/** What a page is made of, by its `kind`. */
export type PackedPage = PackedReport | FrontierReport;
