import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHALLENGES } from "../../src/workbench/model/challenges.js";
import { DEFAULT_SETTINGS, numberedNodes } from "../../src/workbench/model/settings.js";
import { dropsAValue } from "../fixtures/nodes/behaviours.js";
import { findChromium, type OpenedPage, openPage, type View } from "./support/browser.js";
import { startBrowser } from "./support/chromium.js";
import { type RecordedRun, recordFixture, recordOwnNodes, writeRun } from "./support/recorded-run.js";

const chromium = findChromium();
const MEGABYTE = 1e6;
/** Time limit for the runs and the browser's start on a busy machine, in ms. */
const PATIENCE = 300_000;

describe.skipIf(chromium === undefined)("the page of a run, in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-report-"));
  const [passed, disturbed, lossy] = ["passed", "disturbed", "lossy"].map((name) => join(folder, `${name}.html`)) as [
    string,
    string,
    string,
  ];
  let browser: Browser;
  let known: RecordedRun;
  let parted: RecordedRun;
  let dropping: RecordedRun;

  beforeAll(async () => {
    const { settings, limits } = CHALLENGES["3e"];
    known = recordOwnNodes({ ...settings, seed: 7 }, limits, { preset: "frugal" });
    parted = recordOwnNodes(
      { ...settings, seed: 7, faults: ["partition"], faultInterval: 3000 },
      { maxLatency: 2000 },
      { preset: "proposal", fanOut: 4 },
    );
    const few = {
      ...DEFAULT_SETTINGS,
      nodeIds: numberedNodes(5),
      rate: 20,
      timeLimit: 2000,
      quiescence: 1000,
      latency: 20,
    };
    dropping = recordFixture(few, dropsAValue);
    writeRun(passed, known);
    writeRun(disturbed, parted);
    writeRun(lossy, dropping);
    browser = await startBrowser(chromium as string);
  }, PATIENCE);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function withPage(path: string, view: View, look: (opened: OpenedPage) => Promise<void>): Promise<void> {
    const opened = await openPage(browser, path, view);
    await look(opened);
    expect(opened.complaints).toEqual([]);
    expect(opened.requests).toEqual([]);
    await opened.page.context().close();
  }

  it("shows exactly the figures of the result, sends no requests and reports no errors", () =>
    withPage(passed, {}, async ({ page }) => {
      const { result } = known;
      const latencies = result.latencies ?? { "0.5": -1, "0.99": -1, "1": -1 };
      expect(await page.locator("h1").textContent()).toContain("passed");
      expect(await figure(page, "messages per operation")).toBe((result.messagesPerOperation as number).toFixed(2));
      expect(await figure(page, "median latency")).toBe(`${latencies["0.5"].toFixed(0)} ms`);
      expect(await figure(page, "99th percentile")).toBe(`${latencies["0.99"].toFixed(0)} ms`);
      expect(await figure(page, "maximum latency")).toBe(`${latencies["1"].toFixed(0)} ms`);
      expect(await figure(page, "lost values")).toBe("0");
    }));

  it("counts each type of message as the bench did", () =>
    withPage(passed, {}, async ({ page }) => {
      const { byType, count } = known.result.messages.servers;
      const expected = Object.entries(byType).map(([type, { count }]) => [type, String(count)]);
      const rows = await table(page, "messages");
      expect(rows.map(([type, messages]) => [type, messages])).toEqual(expected);
      const sent = (await table(page, "load")).map(([, messages]) => Number(messages));
      expect(sent.reduce((sum, messages) => sum + messages)).toBe(count);
    }));

  it("draws a dot for every stable value, and the time of every fault", () =>
    withPage(disturbed, {}, async ({ page }) => {
      const { stableCount, faults } = parted.result;
      const starts = faults.filter(({ action }) => action === "start").length;
      expect(starts).toBeGreaterThan(2);
      expect(await page.locator("#latency-over-time svg circle").count()).toBe(stableCount);
      expect(await page.locator("#latency-over-time .fault rect").count()).toBe(starts);
    }));

  it("stays under 3 MB for 20 s of the most talkative preset", () => {
    expect(parted.report.messages.length).toBeGreaterThan(10_000);
    expect(statSync(disturbed).size).toBeLessThan(3 * MEGABYTE);
  });

  it("explains why a value was lost", () =>
    withPage(lossy, {}, async ({ page }) => {
      expect(dropping.result.lost).toEqual([3]);
      const story = page.locator('[data-value="3"]');
      expect(await story.locator("summary").textContent()).toBe("Value 3 was lost");
      expect(await story.locator("p").allTextContents()).toEqual(dropping.report.stories[0]?.sentences);
      expect(await story.textContent()).toContain("No message carried it");
    }));

  it("shows no empty charts of a run in which nothing happened", async () => {
    const idle = { ...DEFAULT_SETTINGS, rate: 0, timeLimit: 100, quiescence: 100 };
    const path = join(folder, "idle.html");
    writeRun(path, recordFixture(idle, dropsAValue));
    await withPage(path, {}, async ({ page }) => {
      expect(await page.locator("h1").textContent()).toContain("not judged");
      expect(await page.locator("section").count()).toBe(0);
    });
  });

  it("names each kind of fault once per chart, beside its row", () =>
    withPage(disturbed, { width: 390, height: 844, isTouch: true }, async ({ page }) => {
      for (const chart of ["latency-over-time", "load"]) {
        const names = page.locator(`#${chart} .fault-name`);
        await names.first().waitFor();
        expect(await names.allTextContents()).toEqual(["partition"]);
      }
    }));

  it("shows the load of each leaf beside its name", () =>
    withPage(passed, {}, async ({ page }) => {
      await page.locator("#links svg").waitFor();
      const labels = await page.locator("#links svg text").allTextContents();
      expect(labels.filter((label) => /^n\d+ · \d+$/.test(label)).length).toBe(24);
    }));

  it("shows the number of lost values of a failed run beside the latencies of the others", () =>
    withPage(lossy, {}, async ({ page }) => {
      await page.locator("#latency svg").waitFor();
      const told = (await page.locator("#latency svg text").allTextContents()).join(" ");
      expect(told).toContain("lost");
      expect(told).toContain("ms");
    }));

  it("is as wide as a phone on a phone, in both colour schemes", async () => {
    const grounds: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await withPage(disturbed, { width: 390, height: 844, colorScheme }, async ({ page }) => {
        await page.locator("#links svg").waitFor();
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
        grounds.push(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
      });
    }
    expect(new Set(grounds).size).toBe(2);
  });

  it("can be read with the keyboard alone, and every chart has a name and a description", () =>
    withPage(passed, {}, async ({ page }) => {
      const summaries = await page.locator("main figure details").count();
      expect(summaries).toBeGreaterThan(5);
      await page.locator("#messages summary").focus();
      await page.keyboard.press("Enter");
      expect(await page.locator("#messages table").isVisible()).toBe(true);
      for (const chart of await page.locator("main [role=img]").all()) {
        const ids = ((await chart.getAttribute("aria-labelledby")) ?? "").split(" ");
        expect(ids).toHaveLength(2);
        for (const id of ids) expect((await page.locator(`#${id}`).textContent())?.length).toBeGreaterThan(10);
      }
    }));
});

function figure(page: Page, name: string): Promise<string | null> {
  return page.locator(`[data-figure="${name}"]`).textContent();
}

/** The rows of the table under a chart. */
async function table(page: Page, section: string): Promise<string[][]> {
  const rows = await page.locator(`#${section} tbody tr`).all();
  return Promise.all(rows.map((row) => row.locator("th, td").allTextContents()));
}
