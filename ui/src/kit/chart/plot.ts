// Places on a chart: a value to a pixel, and the lines that join them.

/** The inner area of a chart in pixels. */
export interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Tick {
  value: number;
  words: string;
}

export type Scale = (value: number) => number;

/** Values from `low` to `high` laid from one pixel to another. */
export function scale(low: number, high: number, from: number, to: number): Scale {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** The line through the points; where one is missing the line stops and begins anew. */
export function line(points: Array<[number, number] | null>): string {
  let isBroken = true;
  return points
    .map((point) => {
      if (!point) {
        isBroken = true;
        return '';
      }
      const move = isBroken ? 'M' : 'L';
      isBroken = false;
      return `${move}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    })
    .join('');
}

/** The area between an upper and a lower line over the same places, stretch by stretch. */
export function area(points: Array<{ x: number; low: number; high: number } | null>): string {
  const stretches: Array<Array<{ x: number; low: number; high: number }>> = [[]];
  for (const point of points) {
    if (point) stretches.at(-1)!.push(point);
    else stretches.push([]);
  }
  const shape = (stretch: Array<{ x: number; low: number; high: number }>) => `${line(stretch.map(({ x, high }) => [x, high]))}${line(stretch.toReversed().map(({ x, low }) => [x, low])).replace('M', 'L')}Z`;
  return stretches.filter((stretch) => stretch.length > 1).map(shape).join('');
}

/** The next round number at or above a value, for the end of an axis. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 3, 4, 5, 6, 8, 10].find((one) => one * magnitude >= value) ?? 10;
  return step * magnitude;
}
