"""A ledger from which somebody's words are taken: shortened lines, and a tombstone that vouches for them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

from alliance_nlp.ledger.decisions import Decision
from alliance_nlp.ledger.lines import CHAIN, SHORTENED, ledger_of, parsed_lines, seal_line, shortened_hash
from alliance_nlp.provenance import canonical_json, hash_bytes
from alliance_nlp.records import WITHDRAWN

Change = Callable[[Decision], Decision | None]


def shortened_lines(lines: Sequence[str], change: Change, holds: Callable[[str], bool]) -> list[str]:
    """Give the lines of a ledger as they stand without somebody's words; lines that hold none stay to the byte.

    Parameters
    ----------
    lines : sequence of str
        As `read_lines` gives them.
    change : function
        Takes a decision; gives it without the words, or None where nothing of it may stay.
    holds : function
        Whether a text holds words of that person: asked of lines that hold no decision.

    Notes
    -----
    A shortened line carries the hash that it had, under ``withdrawn``, so that the line behind it still follows and a
    seal that was kept apart is still found. That what such a line says now was not changed later is vouched for by the
    tombstone (`tombstone`), which carries a hash over all of them.
    """
    found = []
    for line in parsed_lines(lines):
        decision = line.decision
        if decision is None:
            gone = holds(line.text)
            found.append(_in_place_of(line.text, None, line.row) if gone else line.text)
            continue
        changed = change(decision)
        found.append(
            line.text if changed == decision else _in_place_of(line.text, changed or _nothing(decision), line.row)
        )
    return found


def tombstone(lines: Sequence[str], person: str, *, by: str, note: str) -> str:
    """Write the line that says who withdrew, and that carries a hash over every line that was shortened."""
    read = ledger_of(lines).decisions
    now = datetime.datetime.now(datetime.UTC)
    decision = Decision(
        "withdrawal", by, "researcher", now.date(), to=shortened_hash(lines), note=note, about=person,
        number=read[-1].number + 1 if read else 1, written=now.isoformat(timespec="milliseconds"),
    )  # fmt: skip
    return seal_line(decision, lines[-1] if lines else None)


def _nothing(decision: Decision) -> Decision:
    """Give what stands in the place of a decision of which nothing may stay: that there was one, and when."""
    by = decision.by if decision.role != "participant" else WITHDRAWN
    return Decision(
        "withdrawal", by, decision.role, decision.date, note=WITHDRAWN, about=WITHDRAWN, number=decision.number,
        written=decision.written, proposal=decision.proposal,
    )  # fmt: skip


def _in_place_of(text: str, decision: Decision | None, row: object) -> str:
    """Write a line with the place in the chain that another had."""
    stated = row if isinstance(row, dict) else {}
    was = stated.get(SHORTENED) or hash_bytes(text.encode("utf-8", "surrogateescape"))
    today = datetime.datetime.now(datetime.UTC).date()
    kept = decision or Decision("withdrawal", WITHDRAWN, "researcher", today, note=WITHDRAWN, about=WITHDRAWN)
    if stated and CHAIN[1] not in stated:
        return canonical_json(kept.row(), ascii_only=False)  # a log that was written by hand has no chain to keep
    content = {**kept.row(), SHORTENED: was, "previous": stated.get(CHAIN[0], "")}
    return canonical_json({**content, "hash": hash_bytes(canonical_json(content, ascii_only=False))}, ascii_only=False)
