"""What proposals may name: codes and themes at any time of the ledger, and words that are still there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alliance_nlp.errors import did_you_mean
from alliance_nlp.ledger import Decision, Ledger, replay
from alliance_nlp.method.proposals.proposal_files import Proposals
from alliance_nlp.records import Codebook, Study, Transcript, is_withdrawn, span_of, took_back
from alliance_nlp.records.fingerprints import numbered_transcripts

CHANGES = frozenset({"rename", "merge", "split"})


@dataclass(frozen=True)
class StudyNow:
    """Transcripts of a study, and every name that its codes and themes have had, or would have by the proposals."""

    transcripts: Mapping[str, Transcript]
    numbered: Mapping[str, str]  # number of a transcript -> its name
    codes: frozenset[str]
    paths: frozenset[str]
    themes: frozenset[str]
    withdrawn: frozenset[str]  # of those whose proposals these are

    @classmethod
    def of(cls, study: Study, ledger: Ledger, given: Sequence[Proposals]) -> StudyNow:
        """Gather the names: of the codebook, of what the ledger made of it, and of what the proposals would make."""
        first = study.codebook or Codebook(())
        books = [version.codebook for version in replay(ledger, codebook=first).versions]
        decisions = [*ledger.decisions, *(one.decision for file in given for one in file.proposals)]
        made = {path for decision in decisions for path in _made(decision)}
        codes = made.union(*(book.ids for book in books))
        themes = {code.theme for book in books for code in book if code.theme}
        themes |= {str(d.to) for d in decisions if d.kind == "rename" and d.theme and isinstance(d.to, str)}
        themes |= {code.theme for d in decisions for code in d.made if code.theme}
        paths = codes.union(*(book.paths for book in books)) | themes
        known = {t.id: t for t in study.transcripts}
        numbered = {number: name for name, number in numbered_transcripts(study.transcripts).items()}
        gone = frozenset(by for by in {file.by for file in given} if took_back(study.transcripts, by))
        return cls(known, numbered, frozenset(codes), frozenset(paths), frozenset(themes), gone)

    def real_name(self, segment: str) -> str:
        """Id of a segment of the version for sharing, in which transcripts are numbered, as the study has it."""
        place = span_of(segment)
        if place is None or place[0] in self.transcripts or place[0] not in self.numbered:
            return segment
        return f"{self.numbered[place[0]]}:{place[1]}-{place[2]}"

    def as_named(self, decision: Decision) -> Decision:
        """Give a decision on a segment as the study names it."""
        return replace(decision, segment=self.real_name(decision.segment)) if decision.segment else decision

    def why_gone(self, decision: Decision) -> str:
        """Say whose withdrawal left nothing that a decision could be about; empty where it is about something."""
        if decision.by in self.withdrawn:
            return "whoever decided it has withdrawn"
        place = span_of(decision.segment)
        transcript = self.transcripts.get(place[0]) if place is not None else None
        if place is not None and transcript is not None and is_withdrawn(transcript.text[place[1] : place[2]]):
            return "whoever said these words has withdrawn"
        return ""

    def problems(self, decision: Decision) -> Iterator[str]:
        """Say what of a decision the study does not have."""
        known = self.codes if decision.kind in CHANGES else self.paths
        for path in decision.code:
            if path not in known:
                yield _not_among("code", known, path)
        if decision.theme and decision.theme not in self.themes:
            yield _not_among("theme", self.themes, decision.theme)
        place = span_of(decision.segment)
        if decision.segment and (place is None or place[0] not in self.transcripts):
            yield f"no words of the study have the id {decision.segment[:80]!r}"
        elif place is not None and (place[1] == place[2] or place[2] > len(self.transcripts[place[0]].text)):
            yield f"no words stand at {decision.segment!r}; was the transcript changed after the page was made?"


def _not_among(noun: str, known: Iterable[str], name: str) -> str:
    return f"the study has no {noun} {name[:200]!r}. {did_you_mean(name, tuple(known))}".rstrip()


def _made(decision: Decision) -> Iterator[str]:
    """Paths of the codes that a decision makes; a new name stands at the end of the path."""
    yield from (code.id for code in decision.made)
    if decision.kind == "rename" and decision.code and isinstance(decision.to, str):
        above, slash, _ = decision.code[0].rpartition("/")
        yield f"{above}{slash}{decision.to}"
