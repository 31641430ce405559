// The map on its canvas.
import type { Categories } from "./categories";
import { shapeOf } from "./shapes";

export interface Frame {
  width: number;
  height: number;
  zoom: number;
  dx: number; // of the picture, in pixels
  dy: number;
}

export interface Shown {
  x: readonly number[];
  y: readonly number[];
  categories: Categories;
  segments: readonly number[]; // those that pass the filters
  chosen: ReadonlySet<number> | null;
  focus: number | null;
  hover: number | null;
}

const EDGE = 26;
const TOP = 56; // the tools stand there
const LABEL_ROOM = 4;

export function across(frame: Frame, x: number): number {
  return frame.dx + frame.zoom * (EDGE + x * (frame.width - 2 * EDGE));
}
export function down(frame: Frame, y: number): number {
  return frame.dy + frame.zoom * (TOP + (1 - y) * (frame.height - TOP - EDGE));
}

/** Points within a line that a reader drew, in pixels. */
export type Point = [number, number];

/** Scale about a place that stays where it is. */
export function zoomed(frame: Frame, by: number, [px, py]: Point): Frame {
  const zoom = Math.min(24, Math.max(1, frame.zoom * by));
  if (zoom === 1) return { ...frame, zoom, dx: 0, dy: 0 };
  const ratio = zoom / frame.zoom;
  return { ...frame, zoom, dx: px - (px - frame.dx) * ratio, dy: py - (py - frame.dy) * ratio };
}

export interface Inks {
  hues: string[];
  grey: string;
  ink: string;
  paper: string;
  accent: string;
}

export function inksOf(element: Element): Inks {
  const style = getComputedStyle(element);
  const ink = (name: string): string => style.getPropertyValue(name).trim();
  return {
    hues: Array.from({ length: 10 }, (_, i) => ink(`--hue${i}`)),
    grey: ink("--grey"), ink: ink("--ink"), paper: ink("--card"), accent: ink("--accent"),
  };
}

function stamp(path: string, fill: string, size: number, ratio: number, edge: string): HTMLCanvasElement {
  const side = Math.ceil((size + 3) * ratio);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  if (pen === null) return canvas;
  pen.translate(side / 2, side / 2);
  pen.scale((size / 16) * ratio, (size / 16) * ratio);
  const shape = new Path2D(path);
  pen.fillStyle = fill;
  pen.fill(shape);
  pen.lineWidth = 1;
  pen.strokeStyle = edge;
  pen.stroke(shape);
  return canvas;
}

/** Draw all points: grey below coloured, dimmed below chosen, the open one last. */
export function drawMap(canvas: HTMLCanvasElement, frame: Frame, shown: Shown, inks: Inks): void {
  const pen = canvas.getContext("2d", { willReadFrequently: true }); // thousands of small stamps: faster without a graphics card
  if (pen === null) return;
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(frame.width * ratio);
  canvas.height = Math.round(frame.height * ratio);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const many = shown.segments.length;
  const size = (many > 4000 ? 8 : many > 1200 ? 10 : many > 300 ? 12.5 : 15) * Math.min(1.6, Math.sqrt(frame.zoom));
  const stamps = shown.categories.list.map(({ hue }) =>
    stamp(shapeOf(hue), hue === null ? inks.grey : (inks.hues[hue] ?? inks.grey), size, ratio, inks.paper));
  const side = Math.ceil((size + 3) * ratio) / ratio;
  const put = (i: number): void => {
    const x = across(frame, shown.x[i] ?? 0), y = down(frame, shown.y[i] ?? 0);
    if (x < -side || y < -side || x > frame.width + side || y > frame.height + side) return;
    const picture = stamps[shown.categories.of[i] ?? -1];
    if (picture !== undefined) pen.drawImage(picture, x - side / 2, y - side / 2, side, side);
  };
  const { chosen } = shown;
  const grey = (i: number): boolean => shown.categories.list[shown.categories.of[i] ?? -1]?.hue === null;
  pen.globalAlpha = chosen === null ? 0.9 : 0.16;
  for (const i of shown.segments) if (chosen?.has(i) !== true && grey(i)) put(i);
  for (const i of shown.segments) if (chosen?.has(i) !== true && !grey(i)) put(i);
  pen.globalAlpha = 1;
  if (chosen !== null) for (const i of shown.segments) if (chosen.has(i)) put(i);
  drawNames(pen, frame, shown, inks);
  for (const i of [shown.hover, shown.focus]) if (i !== null) ring(pen, frame, shown, i, i === shown.focus, inks, put);
}

function ring(pen: CanvasRenderingContext2D, frame: Frame, shown: Shown, i: number, open: boolean, inks: Inks, put: (i: number) => void): void {
  put(i);
  pen.beginPath();
  pen.arc(across(frame, shown.x[i] ?? 0), down(frame, shown.y[i] ?? 0), open ? 13 : 10, 0, 2 * Math.PI);
  pen.lineWidth = open ? 3 : 2;
  pen.strokeStyle = inks.ink;
  pen.stroke();
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Write each category's short name where most of its points are; one that would cover another is left out. */
function drawNames(pen: CanvasRenderingContext2D, frame: Frame, shown: Shown, inks: Inks): void {
  const { list, of } = shown.categories;
  const places: number[][] = list.map(() => []);
  for (const i of shown.segments) if (shown.chosen?.has(i) !== false) places[of[i] ?? -1]?.push(i);
  const taken: [number, number, number, number][] = [];
  pen.font = "600 13px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const byNumber = list.map((_, place) => place).sort((a, b) => (places[b]?.length ?? 0) - (places[a]?.length ?? 0));
  for (const place of byNumber) {
    const inside = places[place] ?? [], name = list[place]?.short ?? "";
    if (name === "" || inside.length === 0) continue;
    const x = across(frame, median(inside.map((i) => shown.x[i] ?? 0))), y = down(frame, median(inside.map((i) => shown.y[i] ?? 0)));
    const half = pen.measureText(name).width / 2 + 6;
    const box: [number, number, number, number] = [x - half, y - 10, x + half, y + 10];
    if (taken.some((other) => meet(box, other))) continue;
    taken.push(box);
    const hue = list[place]?.hue ?? null;
    pen.fillStyle = inks.paper;
    pen.strokeStyle = hue === null ? inks.grey : (inks.hues[hue] ?? inks.grey);
    pen.lineWidth = 2;
    pen.beginPath();
    pen.roundRect(x - half, y - 10, 2 * half, 20, 10);
    pen.fill();
    pen.stroke();
    pen.fillStyle = inks.ink;
    pen.fillText(name, x, y + 1);
  }
}

function meet(a: [number, number, number, number], b: [number, number, number, number]): boolean {
  return a[0] < b[2] + LABEL_ROOM && b[0] < a[2] + LABEL_ROOM && a[1] < b[3] + LABEL_ROOM && b[1] < a[3] + LABEL_ROOM;
}
