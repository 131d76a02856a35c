import type { Browser, Page } from "playwright-core";
import { chromiumOnThisMachine, HELP } from "./chromium.js";

/**
 * The executable of a Chromium; undefined if there is none, which is said in a line.
 * @throws {Error} if there is none where it must not be missing (`TIDECAST_REQUIRE_CHROMIUM`, as .ci/run sets it)
 */
export function findChromium(): string | undefined {
  const found = chromiumOnThisMachine();
  if (found !== undefined) return found;
  if (process.env.TIDECAST_REQUIRE_CHROMIUM !== undefined) throw new Error(HELP);
  console.warn(`skipped: ${HELP}`);
  return undefined;
}

/** Time limit for anything in a browser on a busy machine, in ms. */
const PATIENCE = 120_000;

/** An opened page, with its side effects. */
export interface OpenedPage {
  readonly page: Page;
  /** Its console output, and uncaught errors. */
  readonly complaints: readonly string[];
  /** Addresses that it asked for, its own file apart. */
  readonly requests: readonly string[];
}

/** How a reader sees a page. */
export interface View {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  /** Whether fingers take the place of a mouse, as on a phone. */
  readonly isTouch?: boolean;
}

/** Opens a file without a network, and waits until it is drawn. */
export async function openPage(browser: Browser, path: string, view: View = {}): Promise<OpenedPage> {
  const { width = 1280, height = 800, colorScheme = "light", isTouch = false } = view;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    isMobile: isTouch,
    hasTouch: isTouch,
    offline: true,
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (request.url() !== `file://${path}`) requests.push(request.url());
  });
  await page.goto(`file://${path}`);
  await page.locator("body[data-drawn]").waitFor();
  return { page, complaints, requests };
}
