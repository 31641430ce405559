"""Statements of one theme that lie apart in their wording, glad or burdened; no stance: that is people's to mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_nlp.errors import AlignmentError, InputError, counted
from alliance_nlp.method.horizontalization.lexicon import charged_words, words_of
from alliance_nlp.numeric import Floats, grouped
from alliance_nlp.records import Embeddings, Record, Row, Statement, Study, Table, Tabular, allowed, no_consent
from alliance_nlp.records.fields import Name

STATEMENTS = ("segment_id", "participant", "session", "score", "words", "quote")
PAIRS = (
    "participant", "score", "words", "other_participant", "other_score", "other_words", "apart", "segment_id",
    "other_segment_id", "quote", "other_quote",
)  # fmt: skip
SMOOTHING = 20.0  # of the ridge; 10 to 100 differ by .001 on argkp (benchmarks/method/stance.py)


@dataclass(frozen=True, eq=False, repr=False)
class Opposing(Tabular, Record):
    """Statements of one theme that lie apart in their wording; who is for and who is against it does not follow.

    Parameters
    ----------
    theme : str
        The theme.
    pairs : Table
        The pairs whose wording lies furthest apart, each statement once; quotes are in ``rows()``, not in ``print``.
    per_person : Table
        Mean and spread of each person's statements.
    statements : Table
        Every statement with its score and the words that made it.
    reason : str
        Why there are no pairs; empty where there are some.
    """

    theme: Name
    pairs: Table
    per_person: Table
    statements: Table
    reason: str = ""

    def _check(self) -> None:
        if bool(len(self.pairs)) == bool(self.reason):
            found = f"{len(self.pairs)} pairs and {'a' if self.reason else 'no'} reason"
            raise InputError(f"Opposing.reason must say why there are no pairs, and be empty otherwise. Got {found}.")

    def tables(self) -> tuple[Table, ...]:
        """Give the pairs whose wording lies furthest apart, then each person's statements."""
        return self.pairs, self.per_person

    def _summary(self) -> str:
        return f"{self.theme!r}, {counted(len(self.pairs), 'pair')} of {counted(len(self.statements), 'statement')}"


def stance_scores(texts: Sequence[str], vectors: NDArray[np.floating[Any]] | None = None) -> Floats:
    """Place statements about one thing by their wording, from burdened to glad; not by who is for it.

    Parameters
    ----------
    texts : sequence of str
        Statements of one theme.
    vectors : array of shape (n_statements, n_dimensions), optional
        Their embeddings. With them statements without a charged word get a place too.

    Returns
    -------
    array of shape (n_statements,)
        Mean 0 and standard deviation 1; all zeros where no statement differs from another in its wording.

    Raises
    ------
    AlignmentError
        When there is not one vector for each statement.

    Notes
    -----
    The wording: sum of the weights of charged words, turned round by negation, divided by the root of the number of
    words. With vectors: ridge regression of that on the statements' own embeddings, so that statements that lie close
    to others share their pole. Which pole is "for" the theme is not known: a glad statement may speak against it.

    Examples
    --------
    >>> stance_scores(["It is hard work", "It is not hard"]).round()
    array([-1.,  1.])
    """
    polarity = np.array([sum(c.turned for c in charged_words(w)) / max(len(w), 1) ** 0.5 for w in map(words_of, texts)])
    scores = _standard(polarity.astype(float))
    if vectors is None or not scores.any():
        return scores
    if len(vectors) != len(texts):
        raise AlignmentError(f"stance_scores() needs one vector a statement. Got {len(vectors)} for {len(texts)}.")
    centered = np.asarray(vectors, dtype=float) - np.mean(vectors, axis=0, dtype=float)
    if len(texts) <= centered.shape[1]:
        alike = centered @ centered.T
        return _standard(alike @ np.linalg.solve(alike + SMOOTHING * np.eye(len(texts)), scores))
    inner = centered.T @ centered + SMOOTHING * np.eye(centered.shape[1])
    return _standard(centered @ np.linalg.solve(inner, centered.T @ scores))


def _standard(values: Floats) -> Floats:
    spread = values.std() if values.size else 0.0
    return np.round((values - values.mean()) / spread, 9) if spread > 1e-12 else np.zeros_like(values)


def find_opposing(
    study: Study, theme: str, *, embeddings: Embeddings | None = None, n_pairs: int = 5, coder: str | None = None
) -> Opposing:
    """Find statements of one theme whose wording lies apart, glad and burdened; who is for it is for people to mark.

    Parameters
    ----------
    study : Study
        A study with a coding; its consensus counts where it has one.
    theme : str
        Name or alias of the theme.
    embeddings : Embeddings, optional
        Embeddings of the study's segments. With them the poles are told apart better; without them, by words alone.
    n_pairs : int, default 5
        How many pairs to list.
    coder : str, optional
        Use only what this coder linked.

    Returns
    -------
    Opposing
        Pairs by different people, a score for every statement, and the mean of each person.

    Raises
    ------
    InputError
        When the theme is not known, or `n_pairs` is below 1.

    Notes
    -----
    A score tells apart how things are spoken of, glad or burdened; it does not know what a statement is about. On
    arguments for and against one motion (argkp, every second of 31 motions) it tells the two sides apart with
    a mean area of .83 with embeddings and .71 without (random numbers .54, the number of negations .61): there feeling
    goes with side. In talk it need not. Of turns of the shipped study that one reader marked for or against a theme it
    told the sides apart no better than chance does under two of four themes, no better than length does under a third,
    and glad statements spoke *against* three of them (docs/benchmarks/method.md).
    Hence it is called wording. A pair is a reason to read both.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Study, Transcript, Turn
    >>> t = Transcript("T", "I love it. I hate it.", (Turn(0, 10, "P1"), Turn(11, 21, "P2")))
    >>> spans = [CodedSpan("KL", "T", 0, 10, "Work"), CodedSpan("KL", "T", 11, 21, "Work")]
    >>> pair = find_opposing(Study((t,), Codebook((Code("Work"),)), Coding(tuple(spans), ())), "Work").rows()[0]
    >>> pair["participant"], pair["words"], pair["other_participant"], pair["other_words"]
    ('P1', ('love (+2.0)',), 'P2', ('hate (-2.0)',))
    """
    if n_pairs < 1:
        raise InputError(f"n_pairs must be at least 1. Got {n_pairs}.")
    found = study.statements(level="theme", coder=coder)
    name = study.book.find_theme(theme) or theme
    known = study.book.names_at("theme", (x.at("theme") for x in found))
    if name not in known:
        raise InputError(f"The study has no theme {theme!r}. It has {', '.join(map(repr, known))}.")
    all_of_it = [x for x in found if x.at("theme") == name]
    own = allowed(all_of_it, "quotation", "machine")
    texts = [x.text for x in own]
    vectors, n_without = _vectors(own, embeddings)
    scores = stance_scores(texts, vectors)
    words = [tuple(map(str, charged_words(words_of(text)))) for text in texts]
    values = tuple(
        (x.segment_id, x.person, x.session, float(score), charged, x.text)
        for x, score, charged in zip(own, scores, words, strict=True)
    )
    statements = Table(STATEMENTS, values, quoting=("quote",))
    pairs = _pairs(statements.rows(), n_pairs)
    reason = "" if pairs else "no two statements by different people lie apart in their wording"
    notes = [
        *no_consent(len(all_of_it) - len(own), "statement", "be read by a machine and quoted"),
        "This is wording, no stance: glad or burdened, not for or against. Who spoke for it is for people to mark.",
        *([f"Without an embedding, in the middle: {counted(n_without, 'statement')}."] if n_without else []),
        *([f"No pairs: {reason}."] if reason else []),
    ]
    title, quoting = f"Wording that lies apart (no stance): {name}", ("quote", "other_quote")
    apart = Table.of(pairs, columns=PAIRS, title=title, quoting=quoting, notes=notes)
    return Opposing(name, apart, _per_person(statements.rows()), statements, reason)


def _vectors(statements: Sequence[Statement], embeddings: Embeddings | None) -> tuple[Floats | None, int]:
    """Vector of each statement: that of the segment that shares most with it; the mean where none does."""
    if embeddings is None or not statements:
        return None, 0
    places = ((s.transcript_id, (s.start, s.end, position)) for position, s in enumerate(embeddings.segments))
    by_transcript = grouped(places)
    rows: list[Floats | None] = []
    for x in statements:
        shared = [(min(end, x.end) - max(start, x.start), -position)
                  for start, end, position in by_transcript.get(x.transcript_id, [])]  # fmt: skip
        most, place = max(shared, default=(0, 0))
        rows.append(embeddings.vectors[-place].astype(float) if most > 0 else None)
    found = [row for row in rows if row is not None]
    if not found:
        return None, len(rows)
    middle = np.mean(found, axis=0)
    return np.array([middle if row is None else row for row in rows]), len(rows) - len(found)


def _pairs(statements: Sequence[Row], n_pairs: int) -> list[Row]:
    """Pairs of different people, furthest apart first; each statement stands in one pair only."""
    order = sorted(statements, key=lambda row: -row["score"])
    candidates = [
        (high["score"] - low["score"], high, low)
        for high in order[: 4 * n_pairs]
        for low in order[: -4 * n_pairs - 1 : -1]
        if high["score"] > 0 > low["score"] and high["participant"] != low["participant"]
    ]
    candidates.sort(key=lambda item: -item[0])
    used: set[str] = set()
    pairs: list[Row] = []
    for apart, high, low in candidates:
        if len(pairs) < n_pairs and not used & {high["segment_id"], low["segment_id"]}:
            used |= {high["segment_id"], low["segment_id"]}
            other = {f"other_{key}": value for key, value in low.items() if key != "session"}
            pairs.append({**{k: v for k, v in high.items() if k != "session"}, **other, "apart": apart})
    return pairs


def _per_person(statements: Sequence[Row]) -> Table:
    people = list(dict.fromkeys(row["participant"] for row in statements))
    rows: list[Row] = []
    for person in people:
        own = np.array([row["score"] for row in statements if row["participant"] == person])
        spread = float(own.std()) if own.size > 1 else float("nan")
        rows.append({"participant": person, "statements": own.size, "mean": float(own.mean()), "spread": spread})
    return Table.of(rows, columns=("participant", "statements", "mean", "spread"))
