/** An arrow on the page, in pixels. */
export interface Segment {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

/** A place on the page, in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Index of the segment nearest to a spot and at most `reach` pixels away; `undefined` if there is none. */
export function nearestSegment(segments: readonly Segment[], spot: Spot, reach: number): number | undefined {
  let [nearest, least]: [number | undefined, number] = [undefined, reach];
  for (const [index, segment] of segments.entries()) {
    const distance = distanceTo(segment, spot);
    if (distance > least) continue;
    [nearest, least] = [index, distance];
  }
  return nearest;
}

function distanceTo({ fromX, fromY, toX, toY }: Segment, { x, y }: Spot): number {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const square = alongX * alongX + alongY * alongY;
  const share = square === 0 ? 0 : ((x - fromX) * alongX + (y - fromY) * alongY) / square;
  const place = Math.min(1, Math.max(0, share));
  return Math.hypot(x - fromX - place * alongX, y - fromY - place * alongY);
}
