"""Make the reports that the proof opens, and take a file of proposals into a ledger: nothing but public functions.

python proof/make_reports.py make FOLDER
python proof/make_reports.py import LEDGER FILE...     (prints the ledger's decisions as JSON)
"""

import datetime
import json
import sys
from pathlib import Path

import numpy as np

import alliance_nlp as an

THEMES = ("Waiting", "Trust", "Everyday life")
SAID = (
    "I waited four months, and nobody called.", "It was good to see the same face every time.",
    "She believed me, and that was new.", "We never had time to talk about home.", "The exercises helped me sleep again.",
    "They said they would phone. They did not.", "In the waiting room we talked about the weather, and that was all we did "
    "for weeks, although each of us had come there with something that could not wait.",
    "My boss gave me Fridays off for it.", "I did the homework on the bus.", "Nobody asked how my children took it.",
)  # fmt: skip
HOSTILE = (
    "<script>window.ran=1</script>", "</script><script>window.ran=1</script>", "<!--<script>window.ran=1", "]]><svg onload=window.ran=1>",
    "{{constructor.constructor('window.ran=1')()}} ${window.ran=1} {% raw %}", "<img src=x onerror=window.ran=1>",
    "\u202egnp.exe \u2066 turned round \u2069 and not back", "x" * 5000, "javascript:window.ran=1", "line\u2028separator\u2029and & &lt;b&gt; \"quotes\" 'both'",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324a\u0334lgo \ufeff\u200b\u200d 👩‍👩‍👧 العربية עברית 中文",
)  # fmt: skip


def transcripts_of(texts, names, speakers):
    share = -(-len(texts) // len(names))
    made = []
    for number, name in enumerate(names):
        turns, parts, at = [], [], 0
        own = texts[number * share : (number + 1) * share]
        said = [("Mod", "moderator", "What was it like?")]
        said += [(speakers[i % len(speakers)], "participant", text) for i, text in enumerate(own)]
        for speaker, role, text in said:
            turns.append(an.Turn(at, at + len(text), speaker, role))
            parts.append(text)
            at += len(text) + 1
        made.append(an.Transcript(name, "\n".join(parts), tuple(turns), datetime.date(2025, 3, 19 + number)))
    return tuple(made)


def coding_of(segments, book, coder, wrong, *, status="coded", made_from=None):
    ids = book.ids
    spans = tuple(
        an.CodedSpan(coder, s.transcript_id, s.start, s.end, ids[(i + (i % wrong == 0)) % len(ids)], status)
        for i, s in enumerate(segments)
    )
    read = tuple(an.ReadSpan(coder, t.id, 0, len(t.text)) for t in segments.transcripts)
    return an.Coding(spans, read, book, made_from=made_from)


def study_of(texts, *, names, speakers, themes, coders, title):
    """Two people who coded made texts, and the segments."""
    transcripts = transcripts_of(texts, names, speakers)
    items = tuple(
        an.Segment(t.id, turn.start, turn.end, t.turn_text(i), turn.speaker, turn.role, i, i - 1)
        for t in transcripts for i, turn in enumerate(t.turns) if turn.role == "participant"
    )  # fmt: skip
    segments = an.Segments(items, transcripts)
    book = an.Codebook(
        tuple(
            an.Code(theme, "", f"{part} {theme}", f"About {theme}.") for theme in themes for part in ("Much", "Little")
        ),
        tuple(an.Theme(theme, description=f"What people said of {theme}.") for theme in themes),
    )
    people = an.join_codings([coding_of(segments, book, coders[0], 7), coding_of(segments, book, coders[1], 5)])
    notes = (an.FieldNote("Laughter, then a long pause.", "Mod", session=names[0], turn=2),)
    return an.Study(transcripts, book, people, title=title, synthetic=True, notes=notes, same_people=True), segments


def compared(study, segments):
    """Compare their consensus with clusters linked to codes."""
    book, items = study.codebook, tuple(segments)
    rng = np.random.default_rng(0)
    labels = np.arange(len(items)) % len(book.ids)
    vectors = np.eye(len(book.ids), 16)[labels] + rng.normal(0, 0.15, (len(items), 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    settings = {"recipe": "consensus", "random_state": 0, "assigned": True}
    clusters = an.Clusters(
        an.Embeddings(segments, vectors, an.EncoderInfo("example", "abc123")), labels, {}, settings=settings
    )
    links = tuple(an.Link(k, path, 0.5, book.ids[k - 1], 0.1) for k, path in enumerate(book.ids))
    mapping = an.Mapping(clusters, book, links, (), (), {"score": "lift"})
    coders = "+".join(study.coding.coders)
    consensus = coding_of(segments, book, coders, 11, status="consensus", made_from=study.coding)
    return an.compare(consensus, mapping.to_coding(), n_draws=20, n_permutations=0)


def plain():
    texts = [f"{SAID[i % len(SAID)]} That was week {i + 1}." for i in range(60)]
    return study_of(texts, names=("Group A", "Group B", "Interview 1"), speakers=("P1", "P2", "P3", "P4"), themes=THEMES,
                coders=("Ann", "Bo"), title="Made talk about waiting")  # fmt: skip


def hostile():
    texts = [f"{HOSTILE[i % len(HOSTILE)]} {i}" for i in range(44)]
    return study_of(texts, names=("</script><script>window.ran=1</script>", "T {{7*7}}"), speakers=("<img src=x onerror=window.ran=1>", "\u202eP2"),
                themes=("<script>window.ran=1</script>", "</textarea>{{x}}", "]]>--><svg onload=window.ran=1>"),
                coders=("<b onclick=window.ran=1>Ann", "B&o \"x\""), title="</title><script>window.ran=1</script>")  # fmt: skip


def write(folder):
    study, segments = plain()
    comparison = compared(study, segments)
    an.write_report(comparison, folder / "quotes", study=study)
    versions = {
        "transcripts": {"transcripts": True},
        "sharing": {"quotes": False, "people": False},
        "norsk": {"language": "nb"},
    }
    for name, wishes in versions.items():
        an.write_report(comparison, folder / name, study=study, **wishes)
    study, segments = hostile()
    comparison = compared(study, segments)
    an.write_report(comparison, folder / "hostile", study=study, transcripts=True)
    frames = (comparison.show(study=study), an.plot_map(comparison.clusters, interactive=True))
    cells = "".join(f"<div>{frame._repr_html_()}</div>" for frame in frames)  # as a notebook puts them below its cells
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>notebook</title><main><h1>A notebook</h1>{cells}</main>'
    (folder / "notebook.html").write_text(page, encoding="utf-8")


def take_in(ledger, files):
    study, _ = plain()
    an.import_proposals(ledger, *files, of=study)
    decisions = an.read_ledger(ledger)
    conflicts = [conflict.sentence for conflict in an.replay(decisions, codebook=study.codebook).conflicts]
    print(json.dumps({"decisions": [decision.row() for decision in decisions], "conflicts": conflicts}))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        write(Path(sys.argv[2]))
    else:
        take_in(Path(sys.argv[2]), sys.argv[3:])
