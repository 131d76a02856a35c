import type { ZoomTransform } from "d3";
import { type Surface, sized } from "./surface.js";

/** Margin painted in advance on either side, as a share of the width, so that panning only shifts the picture. */
export const AHEAD = 0.5;
/** Beyond this factor a stretched picture is too coarse, even while it moves. */
const MOST_STRETCH = 2;

/** A picture painted for one view and reused near it: shifted by panning, and stretched until zooming ends. */
export class StoredPicture {
  private readonly canvas = document.createElement("canvas");
  private transform: ZoomTransform | undefined;
  private picture: unknown;
  private width = 0;

  constructor(private readonly height: number) {}

  /** Paints it anew. @param width of the visible part, in pixels @param isCoarse whether it is so crowded that fine pixels would show nothing more */
  store(
    { width, isCoarse }: { readonly width: number; readonly isCoarse: boolean },
    { transform, picture }: { readonly transform: ZoomTransform; readonly picture: unknown },
    paint: (surface: Omit<Surface, "x">, ahead: number) => void,
  ): void {
    const ahead = AHEAD * width;
    const whole = width + 2 * ahead;
    paint({ context: sized(this.canvas, whole, this.height, isCoarse ? 1 : undefined), width: whole }, ahead);
    this.transform = transform;
    this.picture = picture;
    this.width = width;
  }

  /** Whether it covers the view, perhaps stretched. */
  serves(transform: ZoomTransform, picture: unknown, width: number): boolean {
    if (this.transform === undefined || this.picture !== picture || this.width !== width) return false;
    const { x, width: whole, stretch } = this.placeIn(transform, this.transform);
    return stretch <= MOST_STRETCH && x <= 0 && x + whole >= width;
  }

  /** Whether the picture is as sharp as a new one for this view. */
  isSharp({ k }: ZoomTransform): boolean {
    return this.transform?.k === k;
  }

  draw(context: CanvasRenderingContext2D, transform: ZoomTransform): void {
    if (this.transform === undefined) return;
    const { x, width } = this.placeIn(transform, this.transform);
    context.drawImage(this.canvas, x, 0, width, this.height);
  }

  /** Its position in a view. */
  private placeIn(transform: ZoomTransform, painted: ZoomTransform) {
    const stretch = transform.k / painted.k;
    const x = stretch * (-AHEAD * this.width - painted.x) + transform.x;
    return { x, width: stretch * this.width * (1 + 2 * AHEAD), stretch };
  }
}
