import { polygonContains } from "d3-polygon";
import { quadtree, type Quadtree } from "d3-quadtree";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useMedia } from "../parts/media";
import { choose, chooseNothing, focusOn, selection } from "../state";
import { useStore } from "../store";
import { whereSaid, type Study } from "../study";
import { useWords } from "../words";
import type { Categories } from "./categories";
import { across, down, drawMap, inksOf, zoomed, type Frame, type Point } from "./draw";

const REACH = 16; // pixels between pointer and point
const STILL = 5; // pixels that a click may move

interface Props {
  study: Study;
  categories: Categories;
  segments: readonly number[];
  onHover: (segment: number) => void; // its words are shown now
}

/** The points: hovering shows the words, a click opens the passage, a line around some of them chooses these. */
export function Picture({ study, categories, segments, onHover }: Props): JSX.Element {
  const words = useWords();
  const { chosen, focus } = useStore(selection);
  const [frame, setFrame] = useState<Frame>({ width: 0, height: 0, zoom: 1, dx: 0, dy: 0 });
  const [hover, setHover] = useState<number | null>(null);
  const [moving, setMoving] = useState(false);
  const [drawing, setDrawing] = useState(false); // a finger draws instead of scrolling the page; a mouse always may
  const finger = useMedia("(pointer: coarse)");
  const [line, setLine] = useState<Point[]>([]);
  const dark = useMedia("(prefers-color-scheme: dark)");
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const tree = useRef<Quadtree<number> | null>(null);
  const { x, y } = study.data.segments;

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const fit = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      setFrame((old) => (old.width === width && old.height === height ? old : { ...old, width, height }));
    };
    fit();
    const watch = new ResizeObserver(fit);
    watch.observe(element);
    return () => { watch.disconnect(); };
  }, []);
  useLayoutEffect(() => {
    if (canvas.current !== null && frame.width > 0) {
      drawMap(canvas.current, frame, { x, y, categories, segments, chosen, focus, hover }, inksOf(canvas.current));
    }
  }, [frame, x, y, categories, segments, chosen, focus, hover, dark]);
  useMemo(() => { tree.current = null; }, [frame, segments]); // eslint-disable-line react-hooks/exhaustive-deps -- built anew at the next look

  useEffect(() => {
    if (hover === null) return undefined;
    const put = (event: KeyboardEvent): void => { if (event.key === "Escape") setHover(null); };
    addEventListener("keydown", put);
    return () => { removeEventListener("keydown", put); };
  }, [hover]);

  const at = (event: PointerEvent | MouseEvent): Point => {
    const edge = canvas.current?.getBoundingClientRect();
    return [event.clientX - (edge?.left ?? 0), event.clientY - (edge?.top ?? 0)];
  };
  const nearest = ([px, py]: Point): number | null => {
    tree.current ??= quadtree<number>().x((i) => across(frame, x[i] ?? 0)).y((i) => down(frame, y[i] ?? 0)).addAll([...segments]);
    return tree.current.find(px, py, REACH) ?? null;
  };
  const start = (event: PointerEvent): void => {
    canvas.current?.setPointerCapture(event.pointerId);
    setLine([at(event)]);
  };
  const go = (event: PointerEvent): void => {
    const [px, py] = at(event), last = line.at(-1);
    if (last === undefined) {
      const found = nearest([px, py]);
      if (found !== null && found !== hover) onHover(found);
      setHover(found);
      return;
    }
    if (moving) setFrame((old) => ({ ...old, dx: old.dx + px - last[0], dy: old.dy + py - last[1] }));
    if (moving || Math.hypot(px - last[0], py - last[1]) > 3) setLine([...line, [px, py]]);
    setHover(null);
  };
  const stop = (event: PointerEvent): void => {
    const [first] = line, end = at(event);
    setLine([]);
    if (first === undefined) return;
    if (line.every(([px, py]) => Math.hypot(px - first[0], py - first[1]) < STILL)) {
      const found = nearest(end);
      if (found !== null) focusOn(found);
      else if (chosen !== null) chooseNothing();
    } else if (!moving && line.length > 2) {
      const inside = segments.filter((i) => polygonContains(line, [across(frame, x[i] ?? 0), down(frame, y[i] ?? 0)]));
      if (inside.length > 0) choose(inside, words.map.lasso);
    }
  };
  const scale = (by: number): void => { setFrame((old) => zoomed(old, by, [old.width / 2, old.height / 2])); };
  const wheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    setFrame((old) => zoomed(old, event.deltaY < 0 ? 1.2 : 1 / 1.2, at(event)));
  };
  return (
    <div class="map-box" ref={box}>
      <canvas
        ref={canvas} role="img" aria-label={words.map.picture(segments.length)} class={moving ? "moving" : drawing ? "drawing" : ""}
        onPointerDown={start} onPointerMove={go} onPointerUp={stop} onPointerCancel={() => { setLine([]); }}
        onPointerLeave={() => { setHover(null); }} onWheel={wheel}
      />
      {line.length > 1 && !moving && <svg class="line" aria-hidden="true"><polygon points={line.map((point) => point.join(",")).join(" ")} /></svg>}
      {hover !== null && <Hover study={study} segment={hover} at={[across(frame, x[hover] ?? 0), down(frame, y[hover] ?? 0)]} frame={frame} />}
      <div class="tools">
        {finger && <button type="button" aria-pressed={drawing} onClick={() => { setDrawing(!drawing); setMoving(false); }}>{words.map.draw}</button>}
        <button type="button" aria-pressed={moving} title={words.map.moveTitle} onClick={() => { setMoving(!moving); setDrawing(false); }}>{words.map.move}</button>
        <button type="button" aria-label={words.map.larger} onClick={() => { scale(1.5); }}>+</button>
        <button type="button" aria-label={words.map.smaller} onClick={() => { scale(1 / 1.5); }}>−</button>
        {frame.zoom > 1 && <button type="button" onClick={() => { setFrame((old) => ({ ...old, zoom: 1, dx: 0, dy: 0 })); }}>{words.map.whole}</button>}
      </div>
    </div>
  );
}

function Hover({ study, segment, at, frame }: { study: Study; segment: number; at: Point; frame: Frame }): JSX.Element {
  const words = useWords();
  const kept = study.data.segments.words[segment] ?? null;
  const right = at[0] > frame.width / 2, low = at[1] > frame.height / 2;
  const place = {
    ...(right ? { right: `${frame.width - at[0] + 14}px` } : { left: `${at[0] + 14}px` }),
    ...(low ? { bottom: `${frame.height - at[1] + 10}px` } : { top: `${at[1] + 10}px` }),
  };
  return (
    <div class="hover" style={place}>
      <span class="where">{whereSaid(study, segment)}</span>
      {kept === null ? <span class="absent">{words.list.absent}</span> : <span lang={study.data.study.language} dir="auto">{kept}</span>}
    </div>
  );
}
