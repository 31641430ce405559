"""The gallery of figures: each is made by the lines that stand beside it, light and dark.

    python docs/make_gallery.py [NAME ...]

writes docs/gallery.md, docs/gallery/*.png and docs/gallery/made.json, which says from which lines each picture was made
and what it says in words; tests/flows/test_gallery.py holds page, pictures and that record together. On a change of a
figure run it again, and look at every picture.
"""

import csv
import hashlib
import io
import json
import random
import sys
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

import alliance_nlp as an

HOME = Path(__file__).parent
PAGE, FOLDER = HOME / "gallery.md", HOME / "gallery"
MADE, SHEETS = FOLDER / "made.json", FOLDER / "sheets"
WIDE = 780  # dots: twice a phone's 390
LOAD = 'study = an.load_study("focus_group")'
EMBED = "an.embed(an.segment(study.transcripts))"
CLASS = 'found = an.collect_class("docs/gallery/sheets", study)'


class Shown(NamedTuple):
    """One figure of the gallery: its file, heading, what it is for, and the lines before the last."""

    name: str
    title: str
    use: str
    lines: tuple[str, ...]

    @property
    def code(self):
        return "\n".join([*self.lines, f'an.save_figure(ax, "{self.name}.pdf")'])


FIGURES = (
    Shown(
        "agreement", "Agreement, theme by theme",
        "The machine beside people, with what people reach with each other and what position alone gives. Put it where a "
        "paper says how well the machine does: a theme is read against its own diamond and its own bar. The machine stands "
        "beside the coders' consensus; [the tutorial](tutorials/focus_group.md) prints the mean beside each coder alone, "
        "which is .01 to .02 lower here.",
        (LOAD, "learnt = an.suggest_held_out(an.segment(study.transcripts), study.codebook, learn_from=study.coding, "
         'level="theme")', "ax = an.plot_agreement(an.compare(study.consensus, learnt), study=study)"),
    ),
    Shown(
        "map_clusters", "The map, by cluster",
        "Where to begin reading. Neighbors are alike in wording; islands and gaps are no findings.",
        (LOAD, f"clusters = an.cluster({EMBED})", "ax = an.plot_map(clusters, study=study)"),
    ),
    Shown(
        "map_themes", "The map, by theme",
        "Whether what people coded alike is also worded alike. Scattered themes are not weak themes.",
        (LOAD, f"clusters = an.cluster({EMBED})", "ax = an.plot_map(clusters, codes=study.consensus, study=study)"),
    ),
    Shown(
        "themes_and_clusters", "Themes and clusters",
        "What the clusters gathered of each theme, with the verdict of a written rule. Read the counts before the shades.",
        (LOAD, f"mapping = an.map_clusters(an.cluster({EMBED}), study.codebook)",
         "ax = an.plot_themes_and_clusters(an.compare(study.consensus, mapping.to_coding()), study=study)"),
    ),
    Shown(
        "hierarchy", "Which clusters join next",
        "For choosing how fine the clusters should be. No cut is the true one.",
        (LOAD, f"clusters = an.cluster({EMBED})", "ax = an.plot_hierarchy(clusters, study=study)"),
    ),
    Shown(
        "stability", "How firm the clusters are",
        "Which clusters depend on a few segments. What comes back is not thereby meaningful.",
        (LOAD, f"clusters = an.cluster({EMBED})", "ax = an.plot_stability(clusters, study=study)"),
    ),
    Shown(
        "sessions", "Two sessions",
        "What the same people spoke of more or less the second time. Four people cannot give a small p.",
        (LOAD, "found = an.compare_sessions(study)", "ax = an.plot_sessions(found, study=study)"),
    ),
    Shown(
        "voices", "Who speaks of which theme",
        "Whether a theme is carried by one voice. It names participants: leave it out where a pseudonym may tell who "
        "somebody is.",
        (LOAD, "voices = an.count_voices(study)", "ax = an.plot_voices(voices, study=study)"),
    ),
    Shown(
        "relations", "Themes that come together",
        "Which themes are spoken of in one turn; lines part the groups that people made of them.",
        (LOAD, "found = an.relate_themes(study)", "ax = an.plot_relations(found, study=study)"),
    ),
    Shown(
        "risk_coverage", "Errors by how much the machine codes",
        "How much a machine may be left to do, beside what one person gets wrong of another.",
        (LOAD, "made = an.suggest_codes(an.segment(study.transcripts), study.codebook, learn_from=study.coding, "
         'level="theme")', "ax = an.plot_risk_coverage(made, study=study)"),
    ),
    Shown(
        "learning_curve", "Agreement by how much people coded",
        "Whether coding more would help the machine. The last point is all there is; what lies beyond is not known.",
        (LOAD, f"curve = an.learning_curve({EMBED}, study.codebook, learn_from=study.coding, people=study.consensus)",
         "ax = an.plot_learning_curve(curve, study=study)"),
    ),
    Shown(
        "class_turns", "A class: which turn was given which code",
        "The slide to begin the discussion with: where the class parts. The six students are made up, like the study.",
        (LOAD, CLASS, 'ax = an.plot_class(found, what="turns", study=study)'),
    ),
    Shown(
        "class_students", "A class: every student, by name",
        "The slide for afterwards. It ranks nobody, and the consensus is one reading.",
        (LOAD, CLASS, "ax = an.plot_class(found, study=study)"),
    ),
)  # fmt: skip

INTRODUCTION = """\
# Gallery of figures

Every figure takes the axes you give it, or makes a figure of its own, and gives the axes back. Each picture below was
made by the four lines beside it, after `import alliance_nlp as an`; all are of synthetic studies, and no evidence of how
well anything works.

- **For paper**: `an.save_figure(ax, "map.pdf")`, or `.svg` or `.png`: the same bytes for the same records. Figures are 5
  inches wide; letters are text.
- **For a slide**: `dark=True`, on each plot. On axes of your own the plot looks at the ground of your figure.
- **For those who cannot see it**: `an.describe_figure(ax)` says the figure in words, which also stand in the files.
- **In a figure of your own**: `fig, axes = plt.subplots(1, 2, figsize=(11, 6))`, then `an.plot_map(clusters, ax=axes[0])`.
  A figure that has no room for what must be read on it is refused, with the size it needs.
- Colors: at most ten, apart for readers without red, green or blue cones too, each with a shape or dashes of its own;
  shades are of one hue, with the number in the field. All can be read in grey.
"""


def run(shown, dark):
    """The axes that the lines of one figure make, on a light or a dark ground."""
    lines = "\n".join(shown.lines).replace("study=study)", f"study=study, dark={dark})")
    lines = lines.replace("docs/gallery/sheets", SHEETS.as_posix())
    held: dict[str, Any] = {"an": an}
    exec(lines, held)
    return held["ax"]


def as_png(ax):
    """The picture twice as wide as a phone, in few colors, without a date."""
    drawn, out = io.BytesIO(), io.BytesIO()
    figure = ax.figure
    figure.savefig(drawn, format="png", dpi=WIDE / figure.get_figwidth(), facecolor=figure.get_facecolor())
    Image.open(drawn).convert("RGB").quantize(96, dither=Image.Dither.NONE).save(out, format="png", optimize=True)
    return out.getvalue()


def hash_of(content):
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()[:16]


def make(shown):
    """Write the two pictures of a figure, and say what they were made from."""
    files, words = {}, ""
    for name, dark in ((f"{shown.name}.png", False), (f"{shown.name}_dark.png", True)):
        ax = run(shown, dark)
        content, words = as_png(ax), an.describe_figure(ax)
        (FOLDER / name).write_bytes(content)
        files[name] = hash_of(content)
    return {"code": hash_of(shown.code), "words": words, "files": files}


def page(made):
    """The page, from the figures above and what they say in words."""
    parts = [INTRODUCTION]
    for shown in FIGURES:
        words = made[shown.name]["words"].replace("[", "(").replace("]", ")").replace("`", "'")
        pictures = "\n".join(
            f"![{words}](gallery/{shown.name}{kind}.png#only-{ground})"
            for kind, ground in (("", "light"), ("_dark", "dark"))
        )
        parts.append(f"## {shown.title}\n\n{shown.use}\n\n```python\n{shown.code}\n```\n\n{pictures}\n")
    return "\n".join(parts)


def write_sheets():
    """Six made-up students, who follow one of the two coders of the study more or less."""
    study, rng = an.load_study("focus_group"), random.Random(7)
    transcript = study.transcripts[0]
    turns = [i for i, turn in enumerate(transcript.turns) if turn.role == "participant"][5:35]
    spans = {
        c: [s for s in study.coding.by(c).applied if s.transcript_id == transcript.id] for c in study.coding.coders
    }
    given = {c: [next((s.code_id for s in own if s.start < transcript.turns[i].end and transcript.turns[i].start < s.end),
                      "no code") for i in turns] for c, own in spans.items()}  # fmt: skip
    used = sorted({code for codes in given.values() for code in codes})
    SHEETS.mkdir(parents=True, exist_ok=True)
    for at, student in enumerate(("Amir", "Berit", "Chiara", "Dag", "Emeka", "Freja")):
        follows = given[study.coding.coders[at % 2]]
        with (SHEETS / f"{student}.csv").open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(("transcript", "turn", "code"))
            for turn, code in zip(turns, follows, strict=True):
                rows.writerow((transcript.id, turn + 1, code if rng.random() < 0.75 else rng.choice(used)))


if __name__ == "__main__":
    made = json.loads(MADE.read_text(encoding="utf-8")) if MADE.exists() else {}
    write_sheets()
    for shown in FIGURES:
        if not sys.argv[1:] or shown.name in sys.argv[1:]:
            made[shown.name] = make(shown)
    MADE.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(made), encoding="utf-8")
