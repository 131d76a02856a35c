import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { PackedPage } from "./data/page-data.js";

/** The browser's part of every page, as built. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * Writes one self-contained HTML file that works offline.
 * @throws {Error} if the file cannot be written, or the page was not built
 */
export function writePage(path: string, page: PackedPage, title: string, assets: PageAssets = builtAssets()): void {
  writeFileSync(path, renderPage(page, title, assets));
}

/** The built page in a folder; by default the folder of the built command. */
export function builtAssets(folder: URL = new URL("./", import.meta.url)): PageAssets {
  const read = (name: string) => readFileSync(fileURLToPath(new URL(name, folder)), "utf8");
  return { script: read("report-page.js"), style: read("report-page.css") };
}

/** The page as HTML. The data is compressed: a run of 20 s has tens of thousands of messages. */
function renderPage(page: PackedPage, title: string, { script, style }: PageAssets): string {
  const data = gzipSync(JSON.stringify(page), { level: 9 }).toString("base64");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeText(title)}</title>
<style>${style.replaceAll("</style", "<\\/style")}</style>
</head>
<body>
<noscript>This page draws its charts with JavaScript, which is switched off.</noscript>
<script type="application/octet-stream" id="data">${data}</script>
<script>${script.replaceAll("</script", "<\\/script")}</script>
</body>
</html>
`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
