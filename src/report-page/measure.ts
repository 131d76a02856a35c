import type { Measure } from "./labels.js";

/** Measures texts in the font of the page. @param size of the font in pixels */
export function measureAt(size: number): Measure {
  const context = document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;
  context.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  return (text) => context.measureText(text).width;
}
