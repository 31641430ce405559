"""Which sheet of a workbook, or table of a document, holds what is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alliance_nlp.errors import Told, check_choice
from alliance_nlp.reading.excel import Page
from alliance_nlp.reading.headings import Names, fold_column, header_at, n_known
from alliance_nlp.reading.remarks import Remarks, which

GENERIC_TITLE = re.compile(
    r"(sheet|table|tabelle|tabell|tabla|tableau|tabella|tabela|ark|blad|feuil|feuille|hoja|foglio|planilha|folha|arkusz|taul\w*|лист)\s*\d*"
)


def chosen_pages(pages: Sequence[Page], remarks: Remarks, known: Names, sheet: str | None) -> Sequence[Page]:
    """Choose the sheet that was named, the visible one that holds what is asked for, or all that hold a theme each."""
    if sheet is not None:
        check_choice(f"sheet of {remarks.source}", [page.title for page in pages] or ("(no sheets)",), sheet)
        return [page for page in pages if page.title == sheet]
    seen = [page for page in pages if page.visible] or list(pages)
    if not remarks.may("sheets"):
        return seen[:1]
    heads = [page.rows[at] if (at := header_at(page.rows, known)) is not None else [] for page in seen]
    fits = [n_known(head, known) for head in heads]
    if _is_a_theme_each(seen, heads, known):
        remarks.assume("sheets", f"each of {len(seen)} {seen[0].kind}s holds the codes of the theme that it is called")
        return [page._replace(theme=page.title) for page in seen]
    at = fits.index(max(fits)) if any(fits) else 0
    best = [
        page for index, (page, head) in enumerate(zip(seen, heads, strict=True))
        if index == at or (page.kind == "table" and list(map(fold_column, head)) == list(map(fold_column, heads[at])))
    ]  # fmt: skip
    if len(best) > 1:
        remarks.assume("sheets", f"{len(best)} tables with the same headings were read as one", loud=False)
    if others := [page.title for page in pages if page not in best]:
        unseen = ", ".join(repr(page.title) for page in pages if not page.visible)
        hidden = f" (hidden: {unseen})" if unseen else ""
        said = (
            f"has {len(pages)} {pages[0].kind}s; only {best[0].title!r} was read, not "
            f"{', '.join(map(repr, others))}{hidden}. For another: {remarks.way('sheet', repr(others[0]))}"
        )
        remarks.doubt(Told(said, "other_pages", pages=tuple(others)))
    return best


def _is_a_theme_each(pages: Sequence[Page], heads: Sequence[Sequence[str]], known: Names) -> bool:
    """Whether every visible sheet has a title of its own and the same columns, a code among them and no theme."""
    folded = [tuple(filter(None, map(fold_column, head))) for head in heads]
    return (
        {"code", "theme"} <= set(known)
        and len(pages) > 1
        and len(set(folded)) == 1
        and not set(folded[0]).isdisjoint(("code", *known["code"]))
        and set(folded[0]).isdisjoint(("theme", *known["theme"]))
        and not any(GENERIC_TITLE.fullmatch(page.title.casefold()) for page in pages)
    )


def below_heads(page: Page, known: Names, remarks: Remarks) -> Page:
    """Put rows below a row that is one cell over all columns under it, as their theme, where no column holds themes."""
    top = header_at(page.rows, known)
    heads = [n for n in page.heads if top is not None and n - 1 > top and any(c.strip() for c in page.rows[n - 1])]
    if not heads or top is None or not {"code", "theme"} <= set(known) or not remarks.may("as above"):
        return page
    if n_known(page.rows[top], {"theme": known["theme"]}):
        return page
    rows: list[list[str]] = []
    theme, filled = "", []
    for number, row in enumerate(page.rows, 1):
        if number in heads:
            theme = next(cell for cell in row if cell.strip())
            rows.append([])
        else:
            filled += [number] if theme and any(cell.strip() for cell in row) else []
            rows.append(["theme" if number == top + 1 else theme, *row] if any(cell.strip() for cell in row) else [])
    remarks.assume("as above", f"rows of one cell over all columns ({which(heads, 'row')}) head those below", filled)
    return page._replace(rows=rows)
