// One shape for each colour, so that no colour stands alone. Drawn in a square from -8 to 8.
export const SHAPES = [
  "M0-6.2A6.2 6.2 0 1 1 0 6.2A6.2 6.2 0 1 1 0-6.2Z", // circle
  "M-5.5-5.5H5.5V5.5H-5.5Z", // square
  "M0-7L6.8 5.4H-6.8Z", // triangle up
  "M0-7.6L6.4 0L0 7.6L-6.4 0Z", // diamond
  "M-2.3-7H2.3V-2.3H7V2.3H2.3V7H-2.3V2.3H-7V-2.3H-2.3Z", // plus
  "M0 7L6.8-5.4H-6.8Z", // triangle down
  "M0-7.8L2-2.6L7.6-2.4L3.2 1.1L4.7 6.6L0 3.4L-4.7 6.6L-3.2 1.1L-7.6-2.4L-2-2.6Z", // star
  "M-3.4-6.2H3.4L7 0L3.4 6.2H-3.4L-7 0Z", // hexagon
  "M-6.6-3.8L-3.8-6.6L0-2.8L3.8-6.6L6.6-3.8L2.8 0L6.6 3.8L3.8 6.6L0 2.8L-3.8 6.6L-6.6 3.8L-2.8 0Z", // cross
  "M-7.4-3.4H7.4V3.4H-7.4Z", // bar
] as const;
export const DOT = "M0-3.6A3.6 3.6 0 1 1 0 3.6A3.6 3.6 0 1 1 0-3.6Z";

export function shapeOf(hue: number | null): string {
  return hue === null ? DOT : (SHAPES[hue] ?? DOT);
}
