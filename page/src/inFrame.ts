/** Whether the page stands inside a notebook, without an address of its own. */
export function inFrame(): boolean {
  return location.protocol === "about:";
}

/**
 * In a notebook the page stands in a frame without an address of its own: a link to "#/map" would there be a place in the
 * notebook. It is followed here instead; the frame's own hash can be set.
 */
export function leadInFrame(document: Document): void {
  if (!inFrame()) return;
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    if (link === null || event.defaultPrevented) return;
    event.preventDefault();
    location.hash = link.getAttribute("href") ?? "";
  });
}
