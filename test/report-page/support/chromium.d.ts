import type { Browser } from "playwright-core";

export const HELP: string;
export function chromiumOnThisMachine(): string | undefined;
export function startBrowser(executablePath: string): Promise<Browser>;
