/** Keep what stands behind "The machine's view" and "Everything behind this page" out of the document until it is opened. */
export function foldAway(document: Document): void {
  for (const details of document.querySelectorAll<HTMLDetailsElement>("article details")) fold(details);
  const behind = document.querySelector<HTMLDetailsElement>("details.behind");
  if (behind === null) return;
  const inside = fold(behind);
  const lead = (): void => { // a link to a place in there opens it
    const id = decodeURIComponent(location.hash.slice(1));
    if (behind.open || id === "" || id.startsWith("/")) return;
    const holds = inside.some((node) => node instanceof Element && (node.id === id || node.querySelector(`#${CSS.escape(id)}`) !== null));
    if (!holds) return;
    behind.append(...inside);
    behind.open = true;
    document.getElementById(id)?.scrollIntoView();
  };
  lead();
  addEventListener("hashchange", lead);
}

/** Its contents are in the document only while it is open. */
function fold(details: HTMLDetailsElement): ChildNode[] {
  const inside = [...details.childNodes].filter((node) => node.nodeName !== "SUMMARY");
  const follow = (): void => {
    if (details.open) details.append(...inside);
    else for (const node of inside) node.remove();
  };
  follow();
  details.addEventListener("toggle", follow);
  return inside;
}

/** Take the overview, which tells what people coded, out of the document while another view is open, and put it back. */
export function overviewOf(document: Document): (shown: boolean) => void {
  const overview = document.querySelector(".overview");
  const place = document.createComment("overview");
  return (shown) => {
    if (overview === null) return;
    if (!shown && overview.isConnected) overview.replaceWith(place);
    if (!shown || overview.isConnected) return;
    place.replaceWith(overview);
    const id = decodeURIComponent(location.hash.slice(1));
    if (id !== "" && !id.startsWith("/")) document.getElementById(id)?.scrollIntoView();
  };
}
