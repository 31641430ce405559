"""Tables inside of documents: which column holds the time, who speaks, and what was said, with a header row or none."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alliance_nlp.errors import counted
from alliance_nlp.reading.names import can_stand_alone, is_label
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import fold_column
from alliance_nlp.reading.times import seconds_of
from alliance_nlp.reading.turn_tables import TURN_COLUMNS
from alliance_nlp.records import fold

Cells = Sequence[str]
# Words at the head of a column in the languages that the reader knows, beside those of tables (TURN_COLUMNS).
_HEADS = {
    "begin": {
        "tid", "tidspunkt", "tidskode", "tidkod", "zeit", "zeitmarke", "zeitstempel", "aika", "aikaleima", "tijd",
        "tijdcode",
        "temps", "heure", "minutage", "tiempo", "hora", "tempo", "ora", "minuto", "czas", "minute", "minuter", "час",
        "время",
    },
    "speaker": {
        "taler", "talar", "talare", "hvem", "vem", "hvem snakker", "deltaker", "deltager", "deltagare", "navn", "namn",
        "sprecher", "sprecherin", "sprecher/in", "sprecher:in", "sprechende", "person", "wer", "puhuja", "kuka", "nimi",
        "spreker", "wie", "naam", "locuteur", "locutrice", "intervenant", "qui", "nom", "hablante", "quién", "nombre",
        "interlocutor",
        "falante", "quem", "nome", "orador", "parlante", "chi", "mówca", "kto", "osoba", "rozmówca", "имя", "кто",
    },
    "text": {
        "tekst", "tekster", "text", "texte", "texto", "testo", "utsagn", "ytring", "utsaga", "yttrande", "udsagn",
        "innhold",
        "indhold", "innehåll", "inhalt", "aussage", "äußerung", "transkript", "transkription", "transkripsjon", "puhe",
        "teksti",
        "sisältö", "uitspraak", "inhoud", "contenu", "propos", "énoncé", "parole", "contenido", "respuesta",
        "conteúdo", "fala",
        "contenuto", "wypowiedź", "treść", "текст", "said", "hva ble sagt", "replikk", "replik", "dialogue",
    },
    "position": {"nr", "nr.", "no", "no.", "#", "n°", "nº", "line", "linje", "rad", "zeile", "ligne", "línea", "linha",
    "riga", "lp", "lp."},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table hold, by number; None where none holds it."""

    text: int
    speaker: int | None
    begin: int | None
    position: int | None


def lines_of_table(rows: Sequence[Cells], spans: Sequence[bool], remarks: Remarks) -> list[str]:
    """One line a row: time, who speaks, words, parted by tabs; what is no turn goes into the report.

    Parameters
    ----------
    rows : list of list of str
        Cells of the rows that are not blank.
    spans : list of bool
        Whether a row is one cell over all columns: a heading inside of the table.
    remarks : Remarks
        Where the header row, headings, and columns that are not read are kept.
    """
    width = max(map(len, rows), default=0)
    if width == 1:
        return [row[0] for row in rows]
    headings = [" ".join(row).strip() for row, is_one in zip(rows, spans, strict=True) if is_one]
    full = [[*row, *[""] * (width - len(row))] for row, is_one in zip(rows, spans, strict=True) if not is_one]
    if headings:
        remarks.doubt(f"{counted(len(headings), 'row')} of a table in one cell: a heading, no turn", "left out",
                      words="\n".join(headings))  # fmt: skip
    if not full:
        return []
    told = columns_of(full)
    if told is None:
        return ["\t".join(cell.strip() for cell in row) for row in full]
    columns = told.columns
    if told.header:
        remarks.keep("left out", "the header row of a table", words="\t".join(cell.strip() for cell in full[0]))
        full = full[1:]
    wanted = [at for at in (columns.begin, columns.speaker, columns.text) if at is not None]
    others = [at for at in range(width) if at not in wanted and any(row[at].strip() for row in full)]
    for at in others:
        what = "the numbers of rows" if at == columns.position else f"column {at + 1}"
        words = "\n".join(row[at].strip() for row in full if row[at].strip())
        remarks.doubt(f"{what} of a table: not read", "left out", words=words)
    return ["\t".join(_cell(row[at], at, columns) for at in wanted).strip("\t") for row in full]


@dataclass(frozen=True, slots=True)
class Told:
    """What a table's columns hold, and whether its first row names them."""

    columns: Columns
    header: bool


def columns_of(rows: Sequence[Cells]) -> Told | None:
    """Tell what the columns of a table hold, by their headings or by what stands in them; None where nothing tells."""
    head = [_meaning(cell) for cell in rows[0]]
    columns = _by_heads(head) or _by_content(rows)
    return Told(columns, _is_header(rows, head, columns)) if columns is not None else None


def _cell(cell: str, at: int, columns: Columns) -> str:
    return cell.strip().rstrip(":：").rstrip() if at == columns.speaker else cell.strip()


def _meaning(cell: str) -> str | None:
    """Tell what a header cell says that its column holds."""
    name, words = fold_column(cell), " ".join(cell.split()).casefold().strip(":")
    for kind, others in TURN_COLUMNS.items():
        if kind in ("text", "speaker", "begin", "position") and (name == kind or name in others):
            return kind
    return next((kind for kind, heads in _HEADS.items() if words in heads), None)


def _by_heads(head: Sequence[str | None]) -> Columns | None:
    if "text" not in head or sum(kind is not None for kind in head) < 2:
        return None
    first = {kind: head.index(kind) for kind in ("speaker", "begin", "position") if kind in head}
    return Columns(head.index("text"), first.get("speaker"), first.get("begin"), first.get("position"))


def _by_content(rows: Sequence[Cells]) -> Columns | None:
    """Tell columns by what stands in them below the first row: times, numbers in order, a few names, long words."""
    found = _of_rows(rows[1:]) if len(rows) > 2 else None
    return found if found is not None and found.speaker is not None else _of_rows(rows) or found


def _of_rows(below: Sequence[Cells]) -> Columns | None:
    columns = list(zip(*below, strict=True))
    begin = next((at for at, cells in enumerate(columns) if _share(cells, _is_time) >= 0.8), None)
    position = next((at for at, cells in enumerate(columns) if at != begin and _counts(cells)), None)
    left = [at for at in range(len(columns)) if at not in (begin, position)]
    if not left:
        return None
    text = max(left, key=lambda at: (statistics.fmean(len(cell) for cell in columns[at]), at))
    speaker = next((at for at in left if at != text and _names(columns[at], columns[text])), None)
    if speaker is None and begin is None and position is None:
        return None
    return Columns(text, speaker, begin, position)


def _share(cells: Cells, test: Callable[[str], bool]) -> float:
    filled = [cell for cell in cells if cell.strip()]
    return sum(map(test, filled)) / len(filled) if filled else 0.0


def _is_time(cell: str) -> bool:
    first = cell.replace("–", "-").split("-->")[0].split(" - ")[0].split("-")[0]
    return seconds_of(first) is not None


def _counts(cells: Cells) -> bool:
    numbers = [cell.strip().rstrip(".)") for cell in cells if cell.strip()]
    return bool(numbers) and all(n.isdigit() for n in numbers) and numbers == sorted(numbers, key=int) and len(
        set(numbers)) == len(numbers)  # fmt: skip


def _names(cells: Cells, words: Cells) -> bool:
    """Whether cells name who says the words: labels, or names that recur, or ones much shorter than the words."""
    filled = [cell.strip().rstrip(":：").strip() for cell in cells if cell.strip()]
    if not filled or not all(is_label(name) or (can_stand_alone(name) and len(name) <= 60) for name in filled):
        return False
    length = statistics.fmean(map(len, words)) if words else 0.0
    recurs = len(set(map(fold, filled))) < len(filled) or all(map(is_label, filled))
    return recurs or 2 * statistics.fmean(map(len, filled)) < length


def _is_header(rows: Sequence[Cells], head: Sequence[str | None], columns: Columns) -> bool:
    """Whether the first row names the columns: by its words, or because it is unlike all rows below."""
    if all(kind is not None or not cell.strip() for kind, cell in zip(head, rows[0], strict=True)):
        return True
    if sum(kind is not None for kind in head) >= 2 and head[columns.text] == "text":
        return True
    first = rows[0]
    if columns.begin is not None and first[columns.begin].strip():
        return not _is_time(first[columns.begin])
    if columns.speaker is None or len(rows) < 3:
        return False
    below = {fold(row[columns.speaker]) for row in rows[1:]}
    is_new = fold(first[columns.speaker]) not in below and not is_label(first[columns.speaker])
    return (
        is_new and len(first[columns.text].split()) <= 3 and not first[columns.text].rstrip().endswith((".", "?", "!"))
    )
