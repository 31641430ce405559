"""A study under pseudonyms: replaced everywhere in one step, codings with their words, a new ledger, a key apart."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from alliance_nlp.errors import check_type, counted, problems_error, warn
from alliance_nlp.ledger.decisions import Decision
from alliance_nlp.ledger.lines import Ledger, rows_of, seal_line
from alliance_nlp.privacy.key_files import write_key
from alliance_nlp.privacy.left_over import LeftOver
from alliance_nlp.privacy.replacing import Replacements, Replacing, Swapped, read_replacements
from alliance_nlp.privacy.study_folders import write_study
from alliance_nlp.provenance import hash_bytes
from alliance_nlp.records import Coding, Study, Table, Transcript, Turn, span_of

STILL_PERSONAL = (
    "Pseudonymised is still personal data: whoever has the key, or knows the field, can tell who it is. What is not on "
    "the list was not replaced; look for it with find_identifiers()."
)
_FIXED = frozenset({"role", "status", "kind", "verdict", "refuses", "members"})  # fields of records that are no words
_LOG = ("where", "start", "end", "replacement", "form")


@dataclass(frozen=True)
class Pseudonymised:
    """A study under pseudonyms, what was replaced in it, and, apart from it, the key.

    Parameters
    ----------
    study : Study
        The study with its new words; codings, marks and decisions stand on the same words as before.
    log : Table
        One row a replacement: where, what stands there now, in which form the original stood. No originals.
    left : Table
        Places where an original may still be told, in a form that no rule replaces: a part of a longer word, over a
        line end, without its accents, half of a double name, one word of several, digits in other groups.
    key : dict
        What leads back: the replacements, the words of each place, the old ids, the old ledger. It is shown nowhere.

    Notes
    -----
    It cannot be kept with `save`: the key would lie beside the data. `write` puts each in its place.
    """

    study: Study
    log: Table
    left: Table
    key: Mapping[str, Any] = field(repr=False, compare=False)

    def table(self) -> Table:
        """One row for each replacement and kind of place: how often."""
        rows = Counter((row["where"].partition(":")[0], row["replacement"], row["form"]) for row in self.log.rows())
        values = tuple((where, new, form, n) for (where, new, form), n in sorted(rows.items()))
        more = (f"{_told(self.left)} See .left.",) if len(self.left) else ()
        return Table(("where", "replacement", "form", "n"), values, STILL_PERSONAL, (), more)

    def __str__(self) -> str:
        return str(self.table())

    def write(self, folder: str | Path, *, key: str | Path) -> Path:
        """Write the study into a new folder, and the key into a file of its own that only you may read.

        Parameters
        ----------
        folder : str or Path
            A folder that does not exist, or is empty.
        key : str or Path
            The file of the key: outside of the folder, and not there yet. Keep it on another disk, or encrypted.

        Returns
        -------
        Path
            The folder, with the study as `read_study` reads it and ``replacements_log.csv``.

        Raises
        ------
        InputError
            When the key would lie in the folder, one of the two is there already, or the study cannot be written so
            that it reads back the same.
        FileError
            When the system refuses.
        """
        return write_study(self.study, {"replacements_log.csv": self.log.to_csv()}, folder,
                           before=lambda home: write_key(self.key, key, home))  # fmt: skip


def pseudonymise(study: Study, replacements: Replacing) -> Pseudonymised:
    """Put pseudonyms in the place of names and other words, everywhere in a study.

    Parameters
    ----------
    study : Study
        The study; it stays as it is.
    replacements : dict of str to str, str, Path, data frame or list of dicts
        What is put for what: ``{"Anna": "Eva"}``, or a table with columns "original" and "replacement". Rows without a
        replacement are left as they are, so that ``find_identifiers(study).replacements()`` can be filled in.

    Returns
    -------
    Pseudonymised
        The new study with its log. ``write(folder, key=file)`` writes it.

    Raises
    ------
    InputError
        With all that is wrong with the replacements, or when two transcripts or people would get one name.

    Warns
    -----
    AllianceWarning
        When nothing was replaced, or parts of longer words are left.

    Notes
    -----
    Whole words, longest originals first, in any case and normal form, with possessives and endings ("Anna's", "Annas",
    "klinikken"): "-en" only behind five letters or more, or Berg would change Bergen. Replaced are texts, labels, ids,
    codebook, codings' notes, field notes, guide, expectations, participants, settings and the ledger; days of sessions
    and decisions stay. Offsets follow the words exactly. A new ledger begins; its first line cites the seal of the old
    one, which stays with the key.

    Examples
    --------
    >>> from alliance_nlp.records import CodedSpan, Turn
    >>> text = "Anna: Annas clinic, he said, was closed."
    >>> spoken = Transcript("anna", text, (Turn(6, 40, "Anna"),))
    >>> coding = Coding((CodedSpan("KL", "anna", 6, 18, "Time"),), ())
    >>> found = pseudonymise(Study((spoken,), coding=coding), {"Anna": "Eva"})
    >>> found.study.transcripts[0].text, found.study.coding.applied[0].segment_id
    ('Eva: Evas clinic, he said, was closed.', 'eva:5-16')
    """
    check_type("pseudonymise() takes a Study", Study, study)
    work = _Work(read_replacements(replacements), study)
    problems = work.clashes()
    if problems:
        raise problems_error("The replacements", problems)
    ledger = Ledger.of_study(study)
    made = work.study(ledger)
    log = Table(_LOG, tuple(work.log), "What was replaced, without the originals; it lies beside the data")
    left = Table(("where", "at", "what"), tuple(_left(work, made)), "Where an original may still be told")
    if not work.log:
        warn("Nothing was replaced: no original of the list stands in the study as a whole word. Check its spelling.")
    if len(left):
        warn(f"{_told(left)} They were left. See .left.")
    if taken := work.taken():
        warn(
            f"{counted(len(taken), 'replacement')} already named somebody or something in the study: "
            f"{', '.join(map(repr, taken[:6]))}. Two would go by one name; choose other words."
        )
    return Pseudonymised(made, log, left, _key(work, ledger))


def _told(left: Table) -> str:
    """Say how many places may still tell an original, by their form."""
    forms = Counter(row["what"] for row in left.rows())
    return f"{counted(len(left), 'place')} may still tell an original: " + ", ".join(
        f"{n} {what}" for what, n in forms.items()) + "."  # fmt: skip


class _Work:
    """One study under replacements: its texts once, then whatever names them."""

    def __init__(self, given: Replacements, study: Study) -> None:
        self.given, self.old = given, study
        self.log: list[tuple[Any, ...]] = []
        self.left: list[tuple[str, int | None, str]] = []  # texts that are short have no place of their own
        self.over = LeftOver(given.pairs)
        self.texts = {t.id: given.swap(t.text) for t in study.transcripts}
        self.ids = {t.id: given.swap(t.id).text for t in study.transcripts}

    def clashes(self) -> list[str]:
        """Say which names would fall together."""
        people = [self.given.swap(p.id).text for p in self.old.participants]
        told = []
        for what, names in (("transcripts", list(self.ids.values())), ("participants", people)):
            told += [f"two {what} would be called {name!r}" for name, n in Counter(names).items() if n > 1]
        return told

    def taken(self) -> list[str]:
        """Give replacements that are names, and stood in the texts before they were put there."""
        names = sorted({new for new in self.given.pairs.values() if new[:1].isupper()}, key=len, reverse=True)
        pattern = re.compile("|".join(f"(?<!\\w){re.escape(new)}(?!\\w)" for new in names) or "(?!)")
        return sorted({found for t in self.old.transcripts for found in pattern.findall(t.text)})

    def study(self, ledger: Ledger) -> Study:
        """Give the study with its new words."""
        old = self.old
        for name, swapped in self.texts.items():
            self._note(self.ids[name], swapped)
        coding = self._coding(old.coding, "codings") if old.coding is not None else None
        consensus = old.consensus
        if consensus is not None and consensus.made_from is old.coding:
            consensus = replace(self._coding(replace(consensus, made_from=None), "consensus"), made_from=coding)
        elif consensus is not None:
            consensus = self._coding(consensus, "consensus")
        others = {
            f.name: self.value(getattr(old, f.name), f.name) for f in dataclasses.fields(old)
            if f.name not in ("transcripts", "coding", "consensus", "decisions", "ledger_lines")
        }  # fmt: skip
        lines = _new_ledger(self, ledger)
        return replace(
            old, **others, transcripts=tuple(map(self._transcript, old.transcripts)), coding=coding,
            consensus=consensus, ledger_lines=lines, decisions=rows_of(lines),
        )  # fmt: skip

    def _note(self, where: str, swapped: Swapped) -> None:
        self.log += [
            (where, s.new_start, s.new_end, swapped.text[s.new_start : s.new_end], s.form) for s in swapped.swaps
        ]

    def _transcript(self, old: Transcript) -> Transcript:
        at = self.texts[old.id]
        turns = tuple(self._turn(turn, at, old.id) for turn in old.turns)
        session = self.value(old.session, "sessions")
        return Transcript(self.ids[old.id], at.text, turns, old.date, session, f"{self.ids[old.id]}.txt")

    def _turn(self, turn: Turn, at: Swapped, where: str) -> Turn:
        start, end = at.start_of(turn.start), at.end_of(turn.end)
        label, person = (self.value(name, f"labels of {self.ids[where]}") for name in (turn.speaker, turn.person_id))
        return replace(turn, start=start, end=max(start, end), speaker=label, person_id=person)

    def _coding(self, coding: Coding, where: str) -> Coding:
        behind = coding.made_from if isinstance(coding.made_from, Coding) else None
        applied, read = (dict.fromkeys(self.value(spans, where)) for spans in (coding.applied, coding.read))
        return Coding(
            tuple(applied), tuple(read), self.value(coding.codebook, "codebook"),
            self.value(coding.saw_suggestions, where), self._coding(behind, f"behind {where}") if behind else None,
            self.value(coding.ledger, where),
        )  # fmt: skip

    def value(self, value: Any, where: str) -> Any:
        """Give any value of a record with its words replaced, ids and offsets among them."""
        if isinstance(value, str):
            return self._words(value, where)
        if isinstance(value, Mapping):
            return {self.value(key, where): self.value(one, where) for key, one in value.items()}
        if isinstance(value, tuple | list | frozenset):
            kind = next(kind for kind in (tuple, list, frozenset) if isinstance(value, kind))
            return kind(self.value(one, where) for one in value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._record(value, where)
        return value

    def _record(self, value: Any, where: str) -> Any:
        """Give a row or record; one that stands in a transcript keeps its words there."""
        told = {
            f.name: self.value(getattr(value, f.name), where) for f in dataclasses.fields(value) if f.name not in _FIXED
        }
        name = getattr(value, "transcript_id", None)
        if name in self.texts:
            at = self.texts[name]
            told |= {"start": at.start_of(value.start), "end": max(at.start_of(value.start), at.end_of(value.end))}
        return replace(value, **told)

    def _words(self, words: str, where: str) -> str:
        place = span_of(words)
        if words in self.ids:
            return self.ids[words]
        if place is not None and place[0] in self.texts:
            at = self.texts[place[0]]
            start = at.start_of(place[1])
            return f"{self.ids[place[0]]}:{start}-{max(start, at.end_of(place[2]))}"
        swapped = self.given.swap(words)
        self._note(where, swapped)
        self.left += [(where, None, left.what) for left in self.over.find(swapped.text)[:1]]
        return swapped.text


def _new_ledger(work: _Work, ledger: Ledger) -> tuple[str, ...]:
    """Begin a new ledger, whose first line cites the seal of the old one; decisions follow with new hashes."""
    if not ledger.decisions and not ledger.unreadable:
        return ()
    now = datetime.datetime.now(datetime.UTC)
    stamp = now.isoformat(timespec="milliseconds")
    lost = f" {counted(len(ledger.unreadable), 'line')} that nobody can read stayed there." if ledger.unreadable else ""
    note = (
        f"Begun when the study was pseudonymised. The ledger before it has the seal {ledger.seal or '(none)'} and "
        f"{counted(len(ledger), 'decision')}; it stays with the key. Its decisions follow, written anew.{lost}"
    )
    first = Decision("note", "alliance-nlp", "program", now.date(), note=note, number=1, written=stamp)
    numbers = {d.number: n for n, d in enumerate(ledger.decisions, 2)}
    lines = [seal_line(first, None)]
    for decision in ledger.decisions:
        settles = tuple(numbers[n] for n in decision.settles if n in numbers)
        new = replace(work.value(decision, "ledger"), number=numbers[decision.number], settles=settles, written=stamp)
        lines.append(seal_line(new, lines[-1]))
    return tuple(lines)


def _left(work: _Work, made: Study) -> list[tuple[str, int | None, str]]:
    """Give places that may still tell an original: in transcripts, their names, and other parts."""
    texts = [(t.id, left.at, left.what) for t in made.transcripts for left in work.over.find(t.text)]
    names = [("names of transcripts", None, left.what) for t in made.transcripts for left in work.over.find(t.id)[:1]]
    return [*texts, *names, *work.left]


def _key(work: _Work, ledger: Ledger) -> dict[str, Any]:
    """Give what leads back from the new study to the old one."""
    texts = {}
    for t in work.old.transcripts:
        at = work.texts[t.id]
        texts[work.ids[t.id]] = {
            "id": t.id, "source": t.source, "session": t.session, "sha256": hash_bytes(at.text),
            "words": [[s.new_start, s.new_end, t.text[s.start : s.end]] for s in at.swaps],
            "speakers": [[turn.speaker, turn.person_id] for turn in t.turns],
        }  # fmt: skip
    return {
        "what": "The key of a pseudonymised study. Keep it apart from the data, where nobody else can read it.",
        "made": datetime.datetime.now(datetime.UTC).date().isoformat(), "replacements": dict(work.given.pairs),
        "transcripts": texts, "ledger_seal": ledger.seal, "ledger_lines": list(work.old.ledger_lines),
        "ledger_rows": [] if work.old.ledger_lines else [d.row() for d in ledger.decisions],
    }  # fmt: skip
