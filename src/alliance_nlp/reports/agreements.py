"""Sections on agreement: per theme, overall, per person, what the figures mean."""

from __future__ import annotations

from alliance_nlp.comparison import Comparison
from alliance_nlp.comparison.result import gathered_table, main_table, overall_table, sentences, undefined_notes
from alliance_nlp.comparison.words import BEFORE, THEME_VERDICTS
from alliance_nlp.errors import counted
from alliance_nlp.plots import plot_agreement, plot_themes_and_clusters
from alliance_nlp.records import SentenceKind, Table
from alliance_nlp.reports.document import Block, Bullets, Figure, Section, grid_of
from alliance_nlp.reports.material import Material

LONGEST_NAME = 40


def agreement_section(comparison: Comparison) -> Section:
    """Kappa per theme with its interval and the people's own figure, as picture and table; then over everything."""
    s = comparison.basis
    main = main_table(comparison)
    blocks: list[Block] = [
        _picture_of_agreement(comparison),
        grid_of(main, headings=names_of(comparison), notes=_notes(comparison, main)),
        grid_of(overall_table(comparison), headings=names_of(comparison)),
    ]
    again = comparison.abstained_as_no_code
    if len(again):
        kept = [name for name in main.columns if name in again.columns]
        blocks.append(grid_of(again, headings=names_of(comparison), columns=kept))
    if len(comparison.prevalence):
        blocks.append(grid_of(comparison.prevalence))
    return Section("agreement", f"Agreement per {s.level}", tuple(blocks))


def _notes(comparison: Comparison, main: Table) -> list[str]:
    s = comparison.basis
    sides = f"{_short(s.name_a)}, {_short(s.name_b)}, both"
    about = {
        "human_human": f"{_short(s.people)}, same segments: their mean kappa with each other.",
        "machine_human": "Machine and each person: mean kappa with each of these people; the difference is to their "
                         "own.",
        "position": f"Position: kappa of {BEFORE}; a machine below it says no more than the order of talk.",
        "f1": f"F1: of the machine against {_short(s.gold_name)}.",
        "kappa_characters": "Over characters: kappa over the characters of these segments.",
        "p": s.on_p,
        "p_adjusted": f"p adjusted: by Holm over the {s.level}s.",
    }  # fmt: skip
    first = f"{sides}: segments that carry it. Kappa: Cohen's; chance from how often each side used it."
    said = [note for column, note in about.items() if column in main.columns]
    return [first, *said, *undefined_notes(comparison)]


def names_of(comparison: Comparison) -> dict[str, str]:
    """Headings that name the two sides and the people."""
    s = comparison.basis
    a, b, people = map(_short, (s.name_a, s.name_b, s.people))
    return {
        "code": s.level.capitalize(), "n_a": a, "n_b": b,
        "human_human": f"{people}, same segments" if people else "People, same segments",
    }  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _picture_of_agreement(comparison: Comparison) -> Figure:
    s = comparison.basis
    title = f"Agreement per {s.level}"
    undefined = sum(row["kappa"] != row["kappa"] for row in comparison.main.rows())
    beside = f", and the kappa of {s.people} as a diamond" if s.people else ""
    words = (
        f"Cohen's kappa of {s.name_a} and {s.name_b} for each of {len(comparison.main)} {s.level}s with its "
        f"95% interval where there is one{f', {undefined} undefined' if undefined else ''}{beside}. The table below "
        "has the figures."
    )
    return Figure.of("agreement", title, words, plot_agreement(comparison))


def clusters_agreement_section(comparison: Comparison) -> Section | None:
    """Figures of the clusters as one more coder, where they stand beside a machine that learnt."""
    beside = comparison.clustered
    if beside is None:
        return None
    main = main_table(beside)
    blocks = (
        grid_of(main, headings=names_of(beside), notes=_notes(beside, main)),
        grid_of(overall_table(beside), headings=names_of(beside)),
    )
    return Section("clusters-agreement", f"The clusters of meaning as a coder, per {beside.basis.level}", blocks)


def machines_section(comparison: Comparison) -> Section | None:
    """Every machine beside the same people on shared segments, and what each answered; None without further ones."""
    if not comparison.machines:
        return None
    headings = {"code": comparison.basis.level.capitalize(), "coder": "Who", "people_read": "People read"}
    whole = (comparison.machines_beside, comparison.machines_answered)
    return Section("machines", whole[0].title, tuple(grid_of(t, headings=headings, notes=t.notes) for t in whole))


def recovery_section(comparison: Comparison) -> Section | None:
    """Which themes the clusters found, with the evidence; None without clusters."""
    if comparison.clusters is None or not len(comparison.theme_recovery):
        return None
    level = comparison.basis.level
    title = f"Clusters beside {level}s"
    words = (
        f"One column a {level}, one row a cluster; the shade is the share of the cluster's segments that carry the "
        f"{level}, the number how many these are. A frame: the cluster is one of those that the "
        "verdict rests on."
    )
    picture = Figure.of("themes_and_clusters", title, words, plot_themes_and_clusters(comparison))
    found = grid_of(gathered_table(comparison), headings={level: level.capitalize()})
    meanings = " ".join(f"{verdict.capitalize()}: {meaning}." for verdict, meaning in THEME_VERDICTS.items())
    rule = f"A verdict is what a written rule says of shared segments, not a judgment of meaning. {meanings}"
    return Section("recovery", f"What the clusters gathered of each {level}", (rule, found, picture))


def groups_section(comparison: Comparison) -> Section:
    """Agreement per participant and per session."""
    heading = {"participant": "Participant", "session": "Session"}
    grids = tuple(grid_of(t, headings=heading) for t in (comparison.per_participant, comparison.per_session))
    return Section("groups", "Per participant and per session", grids)


def meaning_section(material: Material) -> Section:
    """Say what the figures mean, and what limits all of this."""
    blocks: list[Block] = []
    if material.comparison is not None:
        said = sentences(material.comparison)

        def of(*kinds: SentenceKind) -> tuple[str, ...]:
            return tuple(sentence.text for sentence in said if sentence.kind in kinds)

        blocks += [Bullets(of("code", "gathered", "meaning")), *of("heading"), Bullets(of("threshold"))]
        blocks += of("objection")
    blocks += ["What limits everything on this page:", Bullets(tuple(limits(material)))]
    return Section("meaning", "What this means, and what it does not", tuple(blocks))


def limits(material: Material) -> list[str]:
    """Sentences on what the method cannot see, those that apply here."""
    found = [
        "The machine groups wordings. It does not hear irony, hesitation, silence or laughter, and knows nothing of "
        "who answers whom.",
        "The number and grain of the clusters is a choice of the recipe; another seed, encoder or unit gives others.",
        "Agreement says that two codings meet. It says nothing on whether either of them is right, or deep.",
    ]
    clusters = material.clusters
    if clusters is not None and clusters.set_aside:
        found.append(
            f"{counted(len(clusters.set_aside), 'near-empty turn was', 'near-empty turns were')} set aside; assent and "
            "dissent in one word are lost."
        )
    if clusters is not None and clusters.embeddings.n_long:
        found.append(
            f"Longer than the encoder reads at once: {counted(clusters.embeddings.n_long, 'segment')}, standing as the "
            "mean of the parts."
        )
    if material.mapping is not None:
        found.append(
            "Links between clusters and codes compare words with the codebook's words. A theme whose definition is "
            "abstract is easily missed."
        )
    n = len(material.segments.speakers)
    if 0 < n < 10:
        people = counted(n, "person speaks", "people speak")
        found.append(f"{people} here. Nothing on this page carries over to others by statistics.")
    return found
