import type { ScaleLinear } from "d3";

/** Where something is painted, and how large. Pixels of the page. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  /** From ms to pixels. */
  readonly x: ScaleLinear<number, number>;
}

/** The colours of the page as they are now, in light or dark. */
export class Inks {
  private readonly style: CSSStyleDeclaration;

  constructor() {
    this.style = getComputedStyle(document.documentElement);
  }

  /** @param name as style.css has it: "--blue" */
  of(name: string): string {
    return this.style.getPropertyValue(name);
  }
}

/** Makes a canvas so large, in pixels of the page, and empties it. @param ratio real pixels for one of the page's, by default those of the screen */
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
