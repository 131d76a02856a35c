import type { PackedReport } from "./columns.js";
import type { FrontierReport } from "./frontier.js";

/** The data of a page, by its `kind`. */
export type PackedPage = PackedReport | FrontierReport;
