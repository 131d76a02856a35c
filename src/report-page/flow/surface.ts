import type { ScaleLinear } from "d3";

/** Position and size of a painting. Pixels of the page. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  /** From ms to pixels. */
  readonly x: ScaleLinear<number, number>;
}

/** The current colours of the page, in light or dark. */
export class Inks {
  private readonly style: CSSStyleDeclaration;

  constructor() {
    this.style = getComputedStyle(document.documentElement);
  }

  /** @param name as in style.css: "--blue" */
  of(name: string): string {
    return this.style.getPropertyValue(name);
  }
}

/** Resizes a canvas, in pixels of the page, and clears it. @param ratio device pixels per pixel of the page, by default of the screen */
export function sized(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  ratio = Math.min(2, window.devicePixelRatio),
): CanvasRenderingContext2D {
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.scale(ratio, ratio);
  return context;
}
