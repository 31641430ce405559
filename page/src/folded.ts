/** Keep what stands behind "The machine's view" out of the document until a reader opens it. */
export function foldAway(document: Document): void {
  for (const details of document.querySelectorAll<HTMLDetailsElement>("article details")) {
    const inside = [...details.childNodes].filter((node) => node.nodeName !== "SUMMARY");
    const follow = (): void => {
      if (details.open) details.append(...inside);
      else for (const node of inside) node.remove();
    };
    follow();
    details.addEventListener("toggle", follow);
  }
}
