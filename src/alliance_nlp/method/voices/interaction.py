"""Who answers whom, and what the co-moderator noted beside the turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from alliance_nlp.method.voices.assent import find_assent
from alliance_nlp.records import FieldNote, Row, Study, Table, Transcript


def who_answers_whom(transcripts: Sequence[Transcript]) -> Table:
    """Count whose turns follow whose.

    Parameters
    ----------
    transcripts : sequence of Transcript
        Transcripts with speakers.

    Returns
    -------
    Table
        One row a pair: who speaks, after whom, in how many turns, how many of these are short assent to that person's
        statement. Moderators stand in the column `after` only.

    Notes
    -----
    Short assent counts for the person whose statement it answers; any other turn for the person who spoke just
    before. To speak after someone is not always to answer them.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript, Turn
    >>> t = Transcript("T", "I never do. Me neither.", (Turn(0, 11, "P1"), Turn(12, 23, "P2")))
    >>> print(who_answers_whom((t,)))
    speaker  after  turns  assents
    P2       P1         1        1
    """
    assents = {(a.transcript_id, a.turn): a.answers_speaker for a in find_assent(transcripts)}
    turns: Counter[tuple[str, str]] = Counter()
    assenting: Counter[tuple[str, str]] = Counter()
    unknown = 0
    for transcript in transcripts:
        for index, (before, turn) in enumerate(zip(transcript.turns, transcript.turns[1:], strict=False), start=1):
            if turn.role in ("moderator", "co-moderator") or before.speaker == turn.speaker is not None:
                continue
            if turn.speaker is None or before.speaker is None:
                unknown += 1
                continue
            pair = (turn.speaker, assents.get((transcript.id, index), before.speaker))
            turns[pair] += 1
            assenting[pair] += (transcript.id, index) in assents
    rows: list[Row] = [
        {"speaker": pair[0], "after": pair[1], "turns": n, "assents": assenting[pair]}
        for pair, n in sorted(turns.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    ]
    notes = (f"{unknown} turns without a speaker on one side are left out.",) if unknown else ()
    return Table.of(rows, columns=("speaker", "after", "turns", "assents"), notes=notes)


def notes_beside(study: Study) -> Table:
    """Put the co-moderator's field notes beside the turns that they belong to.

    Parameters
    ----------
    study : Study
        A study with field notes; ``FieldNote.turn`` counts every turn of its session from 1, as in ``notes.csv``.

    Returns
    -------
    Table
        One row a note, in the order of the sessions: date, by whom, session, turn, speaker, the note, the turn's
        words. A note without a turn is about the whole session. Words and notes are in ``rows()`` and HTML, not in
        ``print``.

    Notes
    -----
    Field notes are what somebody saw. They are never segments and are never coded.

    Examples
    --------
    >>> from alliance_nlp.records import FieldNote, Study, Transcript, Turn
    >>> t = Transcript("T", "No time.", (Turn(0, 8, "P1"),))
    >>> study = Study((t,), notes=(FieldNote("Sighs.", "C", None, "T", 1),))
    >>> [(row["speaker"], row["note"]) for row in notes_beside(study)]
    [('P1', 'Sighs.')]
    """
    known = {name: t for t in study.transcripts for name in (t.id, t.session_name)}
    order = {t.session_name: place for place, t in enumerate(study.transcripts)}
    rows: list[Row] = []
    lost = 0
    for note in study.notes:
        transcript = known.get(note.session or "")
        turn = _turn_of(note, transcript)
        lost += note.turn is not None and turn is None
        rows.append({
            "session": transcript.session_name if transcript is not None else note.session, "turn": note.turn,
            "speaker": transcript.turns[turn].speaker if transcript is not None and turn is not None else None,
            "date": note.date, "by": note.by, "note": note.text,
            "text": transcript.turn_text(turn) if transcript is not None and turn is not None else None,
        })  # fmt: skip
    rows.sort(key=lambda row: (order.get(row["session"], len(order)), -1 if row["turn"] is None else row["turn"]))
    notes = [f"{lost} notes name a turn that their session does not have."] if lost else []
    columns = ("session", "turn", "speaker", "date", "by", "note", "text")
    return Table.of(rows, columns=columns, quoting=("note", "text"), notes=notes)


def _turn_of(note: FieldNote, transcript: Transcript | None) -> int | None:
    """Index of a note's turn; None where it has none or its session lacks it."""
    if transcript is None or note.turn is None or not 1 <= note.turn <= len(transcript.turns):
        return None
    return note.turn - 1
