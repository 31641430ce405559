"""The script that makes every figure of an audit trail again from the records' own settings, or says what it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from alliance_nlp.comparison import Comparison
from alliance_nlp.errors import AllianceError
from alliance_nlp.ledger import Ledger, replay
from alliance_nlp.provenance import __version__, plain
from alliance_nlp.records import Clusters, Coding, EncoderInfo, Mapping, Segments, Study
from alliance_nlp.records.fingerprints import hash_coding
from alliance_nlp.segments import segment
from alliance_nlp.suggesting import HeldOut, ModelSuggestions, Suggestions

LEDGER = "4_process_notes/decisions.jsonl"
HEAD = '''"""Run the analysis of this audit trail again and compare every number with numbers.json.

    python rerun.py STUDY_FOLDER

Written by alliance_nlp {version}. It ends with 0 when every number of numbers.json was made again and is the same, with
1 when some differ, with 2 when what was made again is the same and it says what could not be made again.
"""

import json
import sys
from pathlib import Path

import alliance_nlp as an
from alliance_nlp.reports.audit import differences, numbers_of

here = Path(__file__).parent
study = an.read_study(sys.argv[1])
ledger = an.read_ledger(here / {ledger!r})
standing = an.replay(ledger, codebook=study.codebook, consensus=study.consensus)
comparison, not_run = None, {left_out!r}
{segments}
'''
TRY = """try:
{steps}except an.AllianceError as err:
    comparison, not_run = None, str(err)
"""
TAIL = """
then = json.loads((here / "numbers.json").read_text(encoding="utf-8"))
now = numbers_of(study, comparison, ledger=ledger, segments=segments)
missing = [name for name in then if name not in now]
different = differences({name: then[name] for name in then if name in now}, now)
print("\\n".join(different) or f"All numbers {'that were made again ' if missing else ''}are the same.")
if missing:
    print(f"Not made again, and so not shown to be the same: {', '.join(missing)}, because {not_run}.")
sys.exit(1 if different else 2 if missing else 0)
"""


class _UnrepeatableError(Exception):
    """Why a part of the analysis cannot be written into the script."""


def rerun_script(study: Study, comparison: Comparison | None, ledger: Ledger | None = None) -> tuple[str, str]:
    """Write the script, and say why it leaves the machine's part out; the reason is empty where it does not."""
    segments, steps, reason = "segments = None", "", ""
    if comparison is not None:
        try:
            segments = f"segments = {_segments(study, comparison.segments)}"
            steps = "".join(f"    {line}\n" for line in _Steps(study, comparison, ledger).lines())
        except _UnrepeatableError as err:
            reason = str(err)
    head = HEAD.format(version=__version__, ledger=LEDGER, left_out=reason, segments=segments)
    return f"{head}{TRY.format(steps=steps) if steps else ''}{TAIL}", reason


def _literal(value: object) -> str:
    """Write a setting as Python that is a value and nothing else: settings of a loaded record may be anything."""
    simple = plain(value)
    return repr(simple if simple is None or isinstance(simple, bool | int | float | str) else str(simple))


def _segments(study: Study, segments: Segments) -> str:
    """How the script cuts the segments; the first way that gives the same."""
    for roles in (None, "all"):
        try:
            same = segment(study.transcripts, unit=segments.unit, roles=roles).ids == segments.ids
        except AllianceError:
            same = False
        if same:
            more = "" if roles is None else f", roles={_literal(roles)}"
            return f"an.segment(study.transcripts, unit={_literal(segments.unit)}{more})"
    raise _UnrepeatableError("the segments were cut in a way that the records do not hold")


class _Machine(NamedTuple):
    """What a side was made from: clusters with their mapping, or what suggested."""

    mapping: Mapping | None
    suggested: Suggestions | HeldOut | None


class _Steps:
    """The lines of the script between the segments and the comparison."""

    def __init__(self, study: Study, comparison: Comparison, ledger: Ledger | None) -> None:
        self.study, self.comparison = study, comparison
        self.ledger = ledger if ledger is not None else Ledger(())
        self.standing = replay(self.ledger, codebook=study.codebook, consensus=study.consensus)

    def lines(self) -> Iterator[str]:
        """Give the lines; or raise why one cannot be written."""
        comparison = self.comparison
        clusters, mapping = comparison.clusters, comparison.mapping
        info = _encoder(comparison)
        if info is not None:
            yield f"embeddings = an.embed(segments, encoder={_literal(info.name)})"
            yield f"if str(embeddings.encoder) != {_literal(str(info))}:"
            yield '    sys.exit("The encoder found here is another model or revision.")'
        if clusters is not None:
            yield f"clusters = {_clusters(clusters)}"
        beside = ""
        if mapping is not None:
            yield from self._mapping(mapping)
        if comparison.clustered is not None:
            beside = "mapping" if mapping is not None else "clusters"
        a, b = (self._side(side) for side in (comparison.a, comparison.b))
        wishes = _wishes(comparison, beside)
        if comparison.machines:
            wishes += f"\n        machines=[{', '.join(map(self._side, comparison.machines))}],"
        yield f"comparison = an.compare(\n        {a},\n        {b},{wishes}\n    )"

    def _mapping(self, mapping: Mapping) -> Iterator[str]:
        """Map again; where people had decided on links, put in what the ledger says of them."""
        of = mapping.settings
        yield (
            f"mapping = an.map_clusters(clusters, study.codebook, alpha={_literal(of.get('alpha'))}, "
            f"near_best={_literal(of.get('near_best'))})"
        )
        decided = any(link.decided for link in mapping.links)
        if mapping.codebook != self.study.codebook and not decided:
            raise _UnrepeatableError("the mapping was made with another codebook than the study's")
        if decided:
            own = tuple(replace(x, verdict="suggested") for x in mapping.links if x.score == x.score)
            undecided = replace(mapping, links=own, without_code=(), without_cluster=())
            found = replay(self.ledger, codebook=self.study.codebook, mapping=undecided).mapping
            if found is None or _verdicts(found) != _verdicts(mapping):
                raise _UnrepeatableError("people decided on links, and the ledger given does not say how")
            yield "mapping = an.replay(ledger, codebook=study.codebook, mapping=mapping).mapping"

    def _side(self, side: Coding) -> str:
        """How the script makes a side: people's from the study or the ledger, a machine's anew."""
        if isinstance(side.made_from, ModelSuggestions):
            raise _UnrepeatableError(
                "a side was coded by a language model, and this script sends nothing to any server"
            )
        machine = _made(side)
        if machine.mapping is not None:
            return f"mapping.to_coding(coder={_literal(side.coders[0])})"
        if machine.suggested is not None:
            return self._suggested(machine.suggested, side.coders[0] if side.coders else "machine")
        found = self._people(hash_coding(side))
        if found is None:
            raise _UnrepeatableError(
                "the people's side of the comparison is not the study's consensus, one of its coders, or what the "
                "ledger left standing"
                if side.made_from is None or isinstance(side.made_from, Coding)
                else "a side of the comparison was not made by clusters and their mapping, or by suggest_codes()"
            )
        return found

    def _people(self, wanted: str) -> str | None:
        """How the script names a coding of people: the first that has the same rows."""
        study = self.study
        known: list[tuple[str, Coding | None]] = [
            ("study.consensus", study.consensus), ("study.coding", study.coding),
            ("standing.consensus", self.standing.consensus),
        ]  # fmt: skip
        if study.coding is not None:
            known += [(f"study.coding.by({_literal(c)})", study.coding.by(c)) for c in study.coding.coders]
        return next((name for name, coding in known if coding is not None and hash_coding(coding) == wanted), None)

    def _suggested(self, made: Suggestions | HeldOut, coder: str) -> str:
        of: dict[str, Any] = dict(made.settings)
        if of.get("language_model"):
            raise _UnrepeatableError(
                "a side was coded by a language model, and this script sends nothing to any server"
            )
        if self.study.codebook is None or made.codebook != self.study.codebook.at(of.get("level", "code")):
            raise _UnrepeatableError("the suggestions were made with another codebook than the study's")
        learnt, source = of.get("learnt_from"), ""
        if learnt is None or "rule" not in of:
            raise _UnrepeatableError("the record of the suggestions does not say what they were learnt from")
        if learnt:
            found = self._people(str(learnt.get("sha256")))
            if found is None:
                raise _UnrepeatableError("the suggestions were learnt from a coding that is not the study's")
            source = f"learn_from={found}, "
        names = ("level", "rule") if isinstance(made, HeldOut) else ("level", "rule", "abstain", "confidence")
        wishes = ", ".join(f"{name}={_literal(of.get(name))}" for name in names)
        call = "suggest_held_out" if isinstance(made, HeldOut) else "suggest_codes"
        return f"an.{call}(embeddings, study.codebook, {source}{wishes}, coder={_literal(coder)})"


def _verdicts(mapping: Mapping) -> list[tuple[int, str, str]]:
    return [(link.cluster, link.code_id, link.verdict) for link in mapping.links]


def _made(side: Coding) -> _Machine:
    made = side.made_from
    return _Machine(
        made if isinstance(made, Mapping) else None, made if isinstance(made, Suggestions | HeldOut) else None
    )


def _encoder(comparison: Comparison) -> EncoderInfo | None:
    """Name what embedded, where anything of a machine's is repeated."""
    clusters = comparison.clusters
    suggested = [_made(side).suggested for side in (comparison.a, comparison.b, *comparison.machines)]
    stated = next((one.settings.get("encoder", "") for one in suggested if one is not None), "")
    if clusters is not None:
        info = clusters.embeddings.encoder
        ran_here = clusters.embeddings.model is not None
    elif stated:
        name, _, revision = str(stated).rpartition("@")
        info, ran_here = EncoderInfo(name or str(stated), revision if name else None), True
    else:
        return None
    if info.revision is None or not ran_here:
        raise _UnrepeatableError("the encoder was an object without a revision, or is not at hand")
    return info


def _clusters(clusters: Clusters) -> str:
    of = clusters.settings
    if of.get("recipe") not in ("consensus", "umap-hdbscan"):
        raise _UnrepeatableError("the clusters were made by an object of the caller's own")
    n = f", n_clusters={_literal(of['n_clusters'])}" if of.get("n_clusters") and "grain_from" not in of else ""
    grain = f", codebook=study.codebook, guided={bool(of.get('guided'))}" if "grain_from" in of else ""
    seed = _literal(of.get("random_state", 0))
    return f"an.cluster(embeddings, recipe={_literal(of['recipe'])}, random_state={seed}{n}{grain})"


def _wishes(comparison: Comparison, beside: str) -> str:
    s = comparison.settings
    names = ("level", "rule", "universe", "n_draws", "n_permutations", "random_state")
    lines = ["segments=segments", *(f"{name}={_literal(s[name])}" for name in names)]
    lines += [f"clusters={beside}"] if beside else []
    if len(comparison.prevalence):
        raise _UnrepeatableError("prevalence was corrected by shares of drawn segments that the records do not hold")
    return "".join(f"\n        {line}," for line in lines)
