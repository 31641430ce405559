import type { JSX } from "preact";
import { shapeOf } from "../map/shapes";

/** Colour and shape of a category, beside its name. */
export function Swatch({ hue }: { hue: number | null }): JSX.Element {
  return (
    <svg class={`swatch ${hue === null ? "grey" : `hue${hue}`}`} viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true">
      <path d={shapeOf(hue)} />
    </svg>
  );
}
