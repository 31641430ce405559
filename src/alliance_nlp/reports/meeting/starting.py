"""Nothing coded, or nothing finished, yet: what to read first, a blind sheet, how much coding a transcript means."""

from __future__ import annotations

from collections import Counter

from alliance_nlp.errors import counted, listed
from alliance_nlp.records import Row, Segment, Table, allowed, moderates, unfinished
from alliance_nlp.reports.document import Block, Bullets, Entries, Entry, Section
from alliance_nlp.reports.material import Material
from alliance_nlp.reports.meeting.seen import quoted

MOST = 10
WHY = (
    "One passage of each of the largest clusters of meaning, the one nearest its middle, people in turn: a way into "
    "the material. They were not drawn at random, so nothing is as common as it is here."
)
BLIND = (
    "tables/coding_sheet.csv has a row for every segment, and no suggestion of any kind. Each coder fills a copy of "
    "their own, without looking at the other's: the name under coder, the code under code. A row with a name and no "
    "code means read, and no code applies. Save the copies as one codings.csv beside the transcripts, and run again."
)
NO_SUGGESTIONS = (
    "No suggestion is shown before people have coded: what a machine says first is hard to unread. Suggestions from "
    "the codebook's words alone come when they are asked for."
)
SHEET = ("coder", "transcript", "turn", "speaker", "quote", "code")


def starting_sections(material: Material) -> tuple[Section, ...]:
    """Say where to begin: how much it is, what to read first, and the sheet."""
    if not len(material.segments):
        return ()
    first = begin_with(material)
    said = [*_unfinished(material), _how_much(material, first), NO_SUGGESTIONS]
    title = "Nothing is finished yet" if _is_coded(material) else "Nothing is coded yet"
    sections = [Section("start", title, (Bullets(tuple(said)),))]
    if material.wishes.quotes and material.wishes.n_quotes and (entries := _reading(material)):
        blocks: tuple[Block, ...] = (WHY, Entries(entries, "list"))
        sections.append(Section("reading", "To read first", blocks))
    return (*sections, Section("sheet", "A blind coding sheet", (BLIND,)))


def _is_coded(material: Material) -> bool:
    return material.wishes.study is not None and bool(material.wishes.study.codings)


def _unfinished(material: Material) -> list[str]:
    """Name who has not finished what, where anybody has begun."""
    study = material.wishes.study
    if study is None or study.coding is None:
        return []
    waiting = unfinished(study.coding, material.segments, consensus=study.consensus)
    return [f"Not finished by {listed(list(who), 'and')}: {name}." for name, who in waiting.items() if who]


def begin_with(material: Material) -> str:
    """Name the transcript that meets most clusters of meaning; of several the one with the fewest segments."""
    segments, clusters = material.segments, material.clusters
    sizes = Counter(s.transcript_id for s in segments)
    met: dict[str, set[int]] = {}
    if clusters is not None:
        for segment, label in zip(clusters.segments, clusters.labels.tolist(), strict=True):
            met.setdefault(segment.transcript_id, set()).add(label)
    return min(sizes, key=lambda name: (-len(met.get(name, set()) - {-1}), sizes[name], name))


def _how_much(material: Material, first: str) -> str:
    sizes = Counter(s.transcript_id for s in material.segments)
    words = sum(len(s.text.split()) for s in material.segments if s.transcript_id == first)
    start = f"To code {first} means to read {counted(sizes[first], 'segment')}, about {round(words, -2) or words} words"
    if len(sizes) == 1:
        return f"{start}. It is the only transcript."
    low, high = min(sizes.values()), max(sizes.values())
    span = str(low) if low == high else f"{low} to {high}"
    return f"{start}. It meets most clusters of meaning; a transcript here has {span} segments."


def _reading(material: Material) -> tuple[Entry, ...]:
    """One passage a cluster, the largest first, by people in turn."""
    if material.descriptions is None:
        return ()
    spoken: Counter[str | None] = Counter()
    found: list[Segment] = []
    for item in material.descriptions.items[:MOST]:
        several = [s for s in allowed(item.exemplars, "quotation") if not moderates(s.role)]
        if several:
            found.append(min(several, key=lambda s: spoken[s.person]))
            spoken[found[-1].person] += 1
    return tuple(
        Entry(f"reading-{i}", f"{s.person or 'speaker unknown'}, {material.segments.session_of(s)}", (),
              (quoted(material, s),))
        for i, s in enumerate(found, start=1)
    )  # fmt: skip


def coding_sheet(material: Material) -> Table:
    """Make a sheet with a row a segment that reads back as codings; what may not be quoted is found by its turn."""
    rows: list[Row] = [
        {"coder": "", "transcript": s.transcript_id, "turn": s.turn + 1, "speaker": s.speaker or "",
         "quote": s.text if allowed([s], "quotation") else "", "code": ""}
        for s in material.segments if not moderates(s.role)
    ]  # fmt: skip
    return Table.of(rows, columns=SHEET, title="To code, blind", quoting=("quote",))
