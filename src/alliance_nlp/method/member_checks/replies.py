"""Replies of participants, read back as decisions in their name; and which themes stand confirmed or disputed."""

from __future__ import annotations

import csv
import datetime
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, choice_error, counted, import_extra, problems_error, warn
from alliance_nlp.files import checked_path, own_errors, refuse_file
from alliance_nlp.ledger import VERDICTS, Decision, Standing, decide, record_all
from alliance_nlp.method.member_checks.packs import BLANK, COLUMNS, MemberCheckPack, themes_of
from alliance_nlp.records import Record, Row, Study, Table, Tabular, not_counted, still_in, unguarded
from alliance_nlp.records.fields import Checked, Name, refuse_twice

NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Reply(Checked):
    """One row of a sheet: a theme, the verdict (empty: no answer), a comment."""

    theme: Name
    verdict: str
    comment: str = ""
    doubt: str = ""

    def _check(self) -> None:
        if self.verdict not in (*VERDICTS, ""):
            raise choice_error("verdict", (*VERDICTS, ""), self.verdict)


@dataclass(frozen=True, eq=False, repr=False)
class Replies(Tabular, Record):
    """What one participant answered.

    Parameters
    ----------
    participant : str
        Who.
    pack_id : str
        The pack they had read.
    replies : tuple of Reply
        One a theme of the pack, in its order; an empty verdict is no answer.
    """

    participant: Name
    pack_id: Name
    replies: tuple[Reply, ...]

    def _check(self) -> None:
        refuse_twice("Replies.replies", (reply.theme for reply in self.replies))

    @property
    def missing(self) -> tuple[str, ...]:
        """Themes without a verdict."""
        return tuple(reply.theme for reply in self.replies if not reply.verdict)

    def table(self) -> Table:
        """Give one row a theme; comments are in ``rows()``, not in ``print``."""
        values = tuple((x.theme, x.verdict or NO_ANSWER, x.doubt, x.comment) for x in self.replies)
        return Table(("theme", "verdict", "doubt", "comment"), values, quoting=("comment",))

    def _summary(self) -> str:
        answered = len(self.replies) - len(self.missing)
        return f"{self.participant}, {answered} of {counted(len(self.replies), 'theme')} answered"


def read_replies(path: str | Path, pack: MemberCheckPack) -> Replies:
    """Read the sheet that a participant filled in.

    Parameters
    ----------
    path : str or Path
        The sheet: the CSV of ``pack.to_csv()`` or the document of ``pack.to_docx()``, filled in. Anything but blanks in
        the columns yes, partly and no is a tick.
    pack : MemberCheckPack
        The pack that they had read.

    Returns
    -------
    Replies
        One reply a theme of the pack. Themes without a tick are no answer, which is not agreement.

    Raises
    ------
    InputError
        When the file is no sheet, or names another participant, pack, or themes that the pack does not have.

    Warns
    -----
    AllianceWarning
        When ticks are missing or doubled; comments are kept all the same.

    Examples
    --------
    >>> from alliance_nlp.method.member_checks import MemberCheckPack, PackTheme
    >>> pack = MemberCheckPack("Ann", "A study", datetime.date(2025, 11, 3), (PackTheme("Time", (), "", "", ()),))
    >>> sheet = getfixture("tmp_path") / "ann.csv"
    >>> _ = sheet.write_text(pack.to_csv().replace("Time,,", "Time,x,"), encoding="utf-8")
    >>> read_replies(sheet, pack).replies[0].verdict
    'yes'
    """
    source = checked_path(path, "The path of a reply sheet")
    if source.suffix.lower() not in (".csv", ".docx"):
        raise InputError(f"A reply sheet is a .csv or a .docx file. Got {source.name}. Save it as one of them.")
    if not source.is_file():
        raise InputError(f"No file is called {source.name!r}. Check the path.")
    with own_errors(source.name):
        refuse_file(source)
        rows = _docx_rows(source) if source.suffix.lower() == ".docx" else _csv_rows(source)
    problems: list[str] = []
    found: dict[str, Reply] = {}
    for number, row in enumerate(rows, start=2):
        wrong = _row_problems(number, row, pack, found)
        problems += wrong
        if not wrong:
            found[row["theme"].strip()] = _reply(row)
    if problems:
        raise problems_error(source.name, problems, "Check that the sheet belongs to this pack.")
    replies = tuple(
        replace(found[theme.heading], theme=theme.name) if theme.heading in found else Reply(theme.name, "")
        for theme in pack.themes
    )
    read = Replies(pack.participant, pack.id, replies)
    doubled = [reply.theme for reply in replies if reply.doubt]
    if read.missing:
        double = f" ({len(doubled)} of them ticked twice: {', '.join(map(repr, doubled))})" if doubled else ""
        warn(
            f"{source.name}: {len(read.missing)} of {len(replies)} themes have no verdict{double}: "
            f"{', '.join(map(repr, read.missing))}. They count as no answer, not as agreement."
        )
    return read


def _csv_rows(source: Path) -> list[dict[str, str]]:
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise InputError(f"{source.name} is not UTF-8 (byte {err.start}). Save it as CSV in UTF-8.") from err
    dialect = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=dialect)
    heads = {(name or "").strip().casefold(): name for name in reader.fieldnames or ()}
    absent = [name for name in ("theme", *VERDICTS) if name not in heads]
    if absent:
        raise InputError(
            f"{source.name} lacks the columns {', '.join(absent)}. A sheet has the columns {', '.join(COLUMNS)}."
        )
    rows = [
        {name: unguarded(row.get(heads[name]) or "") if name in heads else "" for name in COLUMNS} for row in reader
    ]
    return [row for row in rows if any(row.values())]


def _docx_rows(source: Path) -> list[dict[str, str]]:
    docx: Any = import_extra("docx", "formats", "A reply sheet in a Word document")
    with source.open("rb") as file:  # a package that fails leaves a file open that it opened itself
        paper = docx.Document(file)
    stated = str(paper.core_properties.subject or "").removeprefix("sheet ").strip()
    for table in paper.tables:
        heads = [cell.text.strip().casefold() for cell in table.rows[0].cells]
        if heads[:4] == ["theme", *VERDICTS]:
            rows = [[cell.text.strip() for cell in row.cells] for row in table.rows[1:]]
            return [
                {**dict.fromkeys(COLUMNS, ""), "pack": stated, **dict(zip(heads, row, strict=False))} for row in rows
            ]
    raise InputError(f"{source.name} holds no table with the columns theme, yes, partly, no, comment: no reply sheet.")


def _row_problems(number: int, row: Row, pack: MemberCheckPack, found: dict[str, Reply]) -> list[str]:
    problems, theme = [], row["theme"].strip()
    names = [known.heading for known in pack.themes]
    if theme not in names:
        problems.append(str(choice_error("theme", names or ("(none)",), theme)))
    if theme in found:
        problems.append(f"the theme {theme!r} stands in the sheet twice")
    if row["participant"].strip() not in ("", pack.participant):
        problems.append(f"the sheet is of {row['participant'].strip()!r}, the pack of {pack.participant!r}")
    if row["pack"].strip() not in ("", pack.id):
        problems.append(f"the sheet belongs to pack {row['pack'].strip()!r}, this is {pack.id!r}")
    return [f"row {number}: {problem}" for problem in problems]


def _reply(row: Row) -> Reply:
    ticked = [name for name in VERDICTS if row[name].replace(BLANK, "").strip()]
    doubt = f"ticked {' and '.join(ticked)}" if len(ticked) > 1 else ""
    return Reply(row["theme"].strip(), ticked[0] if len(ticked) == 1 else "", row["comment"].strip(), doubt)


def record_replies(
    ledger: str | Path, replies: Replies, *, of: Study | None = None, date: datetime.date | None = None
) -> tuple[Decision, ...]:
    """Write a participant's replies into the ledger, as decisions in their name and role.

    Parameters
    ----------
    ledger : str or Path
        The ledger's file.
    replies : Replies
        What they answered.
    of : Study, optional
        The study in which the themes must exist.
    date : datetime.date, optional
        Day of the replies; today by default.

    Returns
    -------
    tuple of Decision
        A member check for each verdict; a note for a comment or a doubled tick without one. Themes that were left open
        are not written: they are no decision. All are written, or none.

    Examples
    --------
    >>> ledger = getfixture("tmp_path") / "decisions.jsonl"
    >>> said = Replies("Ann", "4f1", (Reply("Time", "partly", "Not on Fridays."), Reply("Trust", "")))
    >>> [(d.theme, d.verdict) for d in record_replies(ledger, said)]
    [('Time', 'partly')]
    """
    given: list[Decision] = []
    about = f"sheet {replies.pack_id}"
    for reply in replies.replies:
        said = "; ".join(part for part in (reply.comment, reply.doubt) if part)
        what = "theme" if of is None or of.codebook is None or of.book.find_theme(reply.theme) is not None else "code"
        common: dict[str, Any] = {"by": replies.participant, "role": "participant", what: reply.theme, "of": of,
                                  "date": date, "ledger": ledger}  # fmt: skip
        if reply.verdict:
            note = f"{said} ({about})" if said else about
            given.append(decide("member check", verdict=reply.verdict, note=note, **common))
        elif said:
            given.append(decide("note", note=f"{said} ({about}, no verdict)", **common))
    return record_all(ledger, given)


def member_agreement(study: Study, standing: Standing, *, asked: Sequence[str] | None = None) -> Table:
    """Say, per theme, which participants agree, agree in part, disagree, and did not answer.

    Parameters
    ----------
    study : Study
        The study.
    standing : Standing
        What `replay` gave; its member checks are counted, the last of each person.
    asked : sequence of str, optional
        Participants who got a pack; by default those of whom the ledger says so (`hand_out_pack`), and those who
        answered. Each is asked about the themes that they speak to.

    Returns
    -------
    Table
        One row a theme: asked, yes, partly, no, no answer, not asked (people with statements under it who, as far as
        the ledger knows, were asked nothing), agreement (yes among those asked), status.

    Raises
    ------
    InputError
        When somebody asked did not take part.

    Notes
    -----
    Status: "confirmed" when everybody who was asked says yes ("confirmed by those asked" where others were not);
    "disputed" when somebody says no; "partly confirmed"
    otherwise when somebody answered; "no answer" when nobody did; "nobody was asked". Non-response is not agreement, so
    it stands in the denominator; whoever was never asked gave no answer that could be counted. Who was at a workshop
    was shown the findings in a group: see `group_checks`. A disputed theme keeps both readings.

    Examples
    --------
    >>> from alliance_nlp.ledger import Ledger, replay
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Study, Transcript, Turn
    >>> t = Transcript("T", "No time.", (Turn(0, 8, "Ann", "participant"),))
    >>> study = Study((t,), Codebook((Code("Time"),)), Coding((CodedSpan("KL", "T", 0, 8, "Time"),), ()))
    >>> standing = replay(Ledger(()), codebook=study.codebook)
    >>> [member_agreement(study, standing, asked=who).rows()[0]["status"] for who in (None, ["Ann"])]
    ['nobody was asked', 'no answer']
    """
    everybody = tuple(still_in(study))
    answering = {d.by for d in standing.member_checks if d.role == "participant"}
    got = {d.about for d in standing.of_kind("pack")} | answering
    people = tuple(asked) if asked is not None else tuple(person for person in everybody if person in got)
    of_person = {person: themes_of(study, person) for person in dict.fromkeys((*people, *everybody))}
    said = {(d.theme or "".join(d.code), d.by): d.verdict for d in standing.member_checks if d.role == "participant"}
    rows: list[Row] = []
    spoken = sorted({name for themes in of_person.values() for name in themes})
    for name in dict.fromkeys([*(theme.name for theme in study.book.themes), *spoken]):
        about = [person for person in people if name in of_person[person] or (name, person) in said]
        others = [person for person in everybody if person not in about and name in of_person[person]]
        counts = Counter(said.get((name, person), NO_ANSWER) for person in about)
        rows.append({
            "theme": name, "asked": len(about), **{tick: counts[tick] for tick in VERDICTS},
            "no_answer": counts[NO_ANSWER], "not_asked": len(others),
            "agreement": counts["yes"] / len(about) if about else float("nan"),
            "status": _status(counts, len(about), len(others)),
        })  # fmt: skip
    columns = ("theme", "asked", *VERDICTS, "no_answer", "not_asked", "agreement", "status")
    notes = (
        "Agreement is yes among those asked: no answer is not agreement, and not asked is no answer.",
        *not_counted(study),
    )
    return Table.of(rows, columns=columns, notes=notes)


def _status(counts: Counter[str], n_asked: int, n_others: int) -> str:
    if not n_asked:
        return "nobody was asked"
    if counts["no"]:
        return "disputed"
    if counts["yes"] == n_asked:
        return "confirmed by those asked" if n_others else "confirmed"
    return "partly confirmed" if counts["yes"] or counts["partly"] else NO_ANSWER
