import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** Bring what a press opened before the eye when it lies below the window. */
export function useInView(element: RefObject<HTMLElement | null>, changed: unknown): void {
  useEffect(() => {
    if (changed === null || element.current === null) return;
    const { top } = element.current.getBoundingClientRect();
    if (top > innerHeight - 160 || top < 0) element.current.scrollIntoView({ block: "start" });
  }, [element, changed]);
}
