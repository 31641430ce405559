// In a narrow window each cell stands beside its heading; sort a table by a column. The page says all it has to say
// without this.
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  for (const row of body.rows) [...row.cells].forEach((cell, column) => { cell.dataset.heading = headings[column] ?? ""; });
  table.classList.add("stacked");
  if (body.rows.length < 3) continue;
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const up = heading.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", up ? "ascending" : "descending");
      const value = (row) => row.cells[column].dataset.number ?? row.cells[column].textContent;
      const missing = (cell) => cell === "–" || cell === "nan" || cell === "undefined";
      const compare = (a, b) => {
        if (missing(a) || missing(b)) return missing(a) - missing(b);
        const byNumber = Number(a) - Number(b);
        const order = Number.isNaN(byNumber) ? a.localeCompare(b) : byNumber;
        return up ? order : -order;
      };
      [...body.rows].sort((a, b) => compare(value(a), value(b))).forEach((row) => body.append(row));
    });
  });
}
