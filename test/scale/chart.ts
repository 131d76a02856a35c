import { readFileSync } from "node:fs";
import { chromiumOnThisMachine, HELP, startBrowser } from "../report-page/support/chromium.js";
import type { OnPaper } from "./on-paper.js";
import type { ScaleRun } from "./scale-run.js";

/** A point of a panel. */
interface Mark {
  readonly members: number;
  readonly value: number;
  readonly series: string;
}

/** One small chart, both of whose axes are logarithmic. */
interface Panel {
  readonly title: string;
  /** Measured, as marks on a line. */
  readonly measured: readonly Mark[];
  /** By arithmetic, as a dashed line. */
  readonly expected: readonly Mark[];
  /** A horizontal line. */
  readonly limit?: number;
}

/** Plot, and the library that it needs, for the browser. */
const SCRIPTS = ["node_modules/d3/dist/d3.min.js", "node_modules/@observablehq/plot/dist/plot.umd.min.js"];
const COLOURS = ["#0072b2", "#d55e00", "#009e73"];
const PANEL = { width: 420, height: 260 };
const COLUMNS = 2;

/**
 * Draws the runs with Observable Plot, as the text of an SVG.
 * @throws {Error} without a Chromium on this machine, which Plot draws in
 */
export async function drawChart(runs: readonly ScaleRun[], paper: readonly OnPaper[]): Promise<string> {
  const chromium = chromiumOnThisMachine();
  if (chromium === undefined) throw new Error(HELP);
  const browser = await startBrowser(chromium);
  try {
    const page = await browser.newPage();
    for (const script of SCRIPTS) await page.addScriptTag({ content: readFileSync(script, "utf8") });
    return await page.evaluate(drawInPage, {
      panels: panelsOf(runs, paper),
      colours: COLOURS,
      size: PANEL,
      columns: COLUMNS,
    });
  } finally {
    await browser.close();
  }
}

function panelsOf(runs: readonly ScaleRun[], paper: readonly OnPaper[]): Panel[] {
  const frugal = runs.filter(({ preset }) => preset === "frugal");
  const largest = Math.max(...frugal.map(({ members }) => members));
  const measured = (series: string, of: (run: ScaleRun) => number) =>
    frugal.map((run) => ({ members: run.members, value: of(run), series }));
  const expected = (series: string, of: (each: OnPaper) => number) =>
    paper
      .filter(({ members }) => members <= largest)
      .map((each) => ({ members: each.members, value: of(each), series }));
  return [
    {
      title: "Messages per operation",
      measured: measured("measured", (run) => run.messagesPerOperation),
      expected: expected("measured", (each) => each.messagesPerOperation),
    },
    {
      title: "Latency (ms)",
      measured: [
        ...measured("maximum", ({ latency }) => latency.max),
        ...measured("median", ({ latency }) => latency.median),
      ],
      expected: [...expected("maximum", ({ max }) => max), ...expected("median", ({ median }) => median)],
    },
    {
      title: "Messages per second of a node",
      measured: [
        ...measured("root", ({ load }) => load.root),
        ...measured("busiest other node", ({ load }) => load.busiestOther),
        ...measured("mean", ({ load }) => load.mean),
      ],
      expected: [],
      limit: 200,
    },
    {
      title: "Bytes per operation",
      measured: measured("measured", (run) => run.bytesPerOperation),
      expected: [],
    },
    {
      title: "CPU per simulated node (ms per second of virtual time)",
      measured: measured("measured", (run) => (1000 * run.cpuSeconds) / run.seconds / run.members),
      expected: [],
    },
    {
      title: "Memory per simulated node (MB)",
      measured: measured("measured", (run) => run.megabytes / run.members),
      expected: [],
    },
  ];
}

interface Drawing {
  readonly panels: readonly Panel[];
  readonly colours: readonly string[];
  readonly size: { readonly width: number; readonly height: number };
  readonly columns: number;
}

/** Runs in the browser, where `Plot` and `document` are global: refers to nothing else of this file. */
function drawInPage({ panels, colours, size, columns }: Drawing): string {
  // biome-ignore lint/suspicious/noExplicitAny: the types of the page are not those of Node
  const { Plot, document } = globalThis as any;
  const title = 22;
  const figures = panels.map(({ title: text, measured, expected, limit }, index) => {
    const names = [...new Set(measured.map(({ series }) => series))];
    const at = { x: "members", y: "value", stroke: "series" };
    const values = [...measured, ...expected].map(({ value }) => value);
    const plot = Plot.plot({
      ...size,
      marginLeft: 52,
      marginRight: names.length > 1 ? 110 : 20,
      style: { fontFamily: "system-ui, sans-serif", background: "white", color: "#222" },
      x: { type: "log", label: "nodes", tickFormat: ",d", ticks: [25, 100, 1000, 10_000], grid: true },
      y: {
        type: "log",
        label: null,
        grid: true,
        ticks: 4,
        tickFormat: "~g",
        domain: [Math.min(...values) / 1.6, Math.max(...values, limit ?? 0) * 1.6],
      },
      color: { domain: names, range: colours.slice(0, names.length) },
      marks: [
        ...(limit === undefined
          ? []
          : [
              Plot.ruleY([limit], { stroke: "#999" }),
              Plot.text([limit], { y: limit, frameAnchor: "right", text: () => "limit", dy: -6, fill: "#666" }),
            ]),
        Plot.line(expected, { ...at, strokeDasharray: "4 3", strokeOpacity: 0.7 }),
        Plot.line(measured, { ...at, strokeWidth: 1.8 }),
        Plot.dot(measured, { ...at, fill: "series", r: 3.5 }),
        // Side by side: two series may end in the same point.
        ...(names.length > 1 ? names : []).map((name, place) => {
          const series = measured.filter((mark) => mark.series === name);
          const text = { x: "members", y: "value", text: "series", fill: "series", textAnchor: "start" };
          return Plot.text(series, Plot.selectMaxX({ ...text, dx: 8, dy: [-7, 6, 0][place] ?? 0 }));
        }),
      ],
    });
    plot.setAttribute("x", String((index % columns) * size.width));
    plot.setAttribute("y", String(Math.floor(index / columns) * (size.height + title) + title));
    const head = document.createElementNS("http://www.w3.org/2000/svg", "text");
    head.setAttribute("x", String((index % columns) * size.width + 12));
    head.setAttribute("y", String(Math.floor(index / columns) * (size.height + title) + 16));
    head.setAttribute("style", "font: 600 13px system-ui, sans-serif; fill: #222");
    head.textContent = text;
    return head.outerHTML + plot.outerHTML;
  });
  const [width, height] = [columns * size.width, Math.ceil(panels.length / columns) * (size.height + title)];
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Cost against the number of nodes" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="white"/>${figures.join("")}</svg>\n`;
}
