import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtAssets, writePage } from "../../src/workbench/report/page-file.js";
import { sweepOf } from "../workbench/support/measured-sweep.js";
import { findChromium, openPage } from "./support/browser.js";
import { startBrowser } from "./support/chromium.js";

const chromium = findChromium();

describe.skipIf(chromium === undefined)("the page of a sweep, in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-frontier-"));
  const path = join(folder, "frontier.html");
  const report = sweepOf(
    [700, 2000],
    [
      [0.94, 312, 590],
      [0.31, 934, 1880],
      [9.75, 222, 302],
      [9.25, 223, 308],
      [7.32, 285, 403],
      [12.17, 83, 100],
    ],
  );
  let browser: Browser;

  beforeAll(async () => {
    writePage(path, report, report.title, builtAssets(new URL("../../dist/", import.meta.url)));
    browser = await startBrowser(chromium as string);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it.each(["max", "median"])("draws every point, both limits and the arithmetic against the %s", async (latency) => {
    const { page, complaints, requests } = await openPage(browser, path);
    const chart = page.locator(`#${latency}`);
    expect(await chart.locator(".points > *").count()).toBe(report.points.length);
    expect(await chart.locator(".region rect").count()).toBe(2);
    expect(await chart.locator(".expected path").count()).toBe(1);
    expect(await page.locator(".conclusion").textContent()).toContain("max 2000: 0.31 messages per operation");
    expect([complaints, requests]).toEqual([[], []]);
    await page.context().close();
  });

  it("describes each mark that the keyboard reaches", async () => {
    const { page } = await openPage(browser, path);
    await page.locator("#max .points > *").first().focus();
    const told = new Set<string | null>();
    for (const _ of report.points) {
      told.add(await page.locator("#max .told").textContent());
      await page.keyboard.press("Tab");
    }
    expect(told.size).toBe(report.points.length);
    expect([...told].join()).toContain("rounds, max 700 · 0.94 messages per operation, median 312 ms, maximum 590 ms");
    expect([...told].join()).toContain("--median 700 --max 700 --guard auto");
    await page.context().close();
  });

  it("is as wide as a phone on a phone", async () => {
    const { page } = await openPage(browser, path, { width: 390, height: 844, colorScheme: "dark" });
    await page.locator("#median svg").first().waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    await page.context().close();
  });
});
