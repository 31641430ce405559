"""One maker a figure, from names alone, and what is written on figures: for tests of pictures."""

from dataclasses import replace

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.text import Text
from reported_study import make_book, make_clusters, make_coding, make_comparison, texts_of

from alliance_nlp import plots
from alliance_nlp.comparison.class_codings import ClassCodings
from alliance_nlp.comparison.learning_curves import CURVE
from alliance_nlp.method.relations import Relations
from alliance_nlp.method.sessions import SessionComparison
from alliance_nlp.method.voices import Voices
from alliance_nlp.records import Clusters, Coding, Table
from alliance_nlp.suggesting import Suggestions

NAN = float("nan")


def written(figure):
    """Every text that is drawn, with the rectangle that it takes, in dots."""
    found, draw = [], Text.draw

    def seen(self, renderer):
        if self.get_visible() and self.get_text().strip():
            found.append(self)
        draw(self, renderer)

    renderer = RendererAgg(*(int(side) for side in figure.bbox.size), figure.dpi)
    Text.draw = seen
    try:
        figure.draw(renderer)
    finally:
        Text.draw = draw
    return [(text, text.get_window_extent(renderer)) for text in dict.fromkeys(found)]


def cut_or_overlaid(figure):
    """Texts that reach out of the figure, and pairs that lie on one another."""
    found = written(figure)
    wide, high = figure.bbox.size
    out = [t.get_text() for t, box in found if box.x0 < -1 or box.y0 < -1 or box.x1 > wide + 1 or box.y1 > high + 1]
    over = [
        (one.get_text(), other.get_text())
        for i, (one, a) in enumerate(found)
        for other, b in found[i + 1 :]
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]
    return out, over


def table(columns, *rows):
    return Table(tuple(columns.split()), tuple(rows))


def relations(names, **more):
    n = len(names)
    pairs = [(a, b, i, 0.1 * i, 3) for i, a in enumerate(names) for b in names[i + 1 :]]
    overlap = table("theme other both share chance", *pairs)
    sequence = table("theme other follows", *((a, b, 2) for a in names for b in names))
    groups = table("group themes", ("one", tuple(names[: n // 2])), ("two", tuple(names[n // 2 :])))
    return plots.plot_relations(Relations(tuple(names), overlap, sequence, groups), **more)


def sessions(names, **more):
    rows = [(n, 3, 4, "kept", 0.1, 2, 1, 0, 0.25, "") for n in names[:-1]] + [
        (names[-1], 0, 0, "in neither", NAN, 0, 0, 0, NAN, "nobody attended both sessions")
    ]
    people = [(n, p, 0.1 + 0.01 * i, 0.2, 0.1, "") for i, n in enumerate(names[:-1]) for p in ("P1", "P2")]
    found = SessionComparison(
        names[0], f"{names[0]} again", table("name first second verdict change up down unchanged p remark", *rows),
        table("name participant first second change remark", *people), (("P9", "absent from both"),),
    )  # fmt: skip
    return plots.plot_sessions(found, **more)


def voices(names, **more):
    columns = "theme statements speaking only_assenting silent absent largest_share evenness one_voice"
    themes = [(n, 5, 2, 1, 0, 0, 0.5, 0.9, "") for n in names]
    signs = ("speaks", "assents", "silent", "absent")
    people = [(n, f"{names[j]}, who speaks", signs[(i + j) % 4], 3 * ((i + j) % 4 == 0), 9, 0.6, 1, 2, 1.5)
              for j in range(len(names)) for i, n in enumerate(names)]  # fmt: skip
    wide = "theme participant voice statements words share assents sessions_attended per_session"
    return plots.plot_voices(Voices(table(columns, *themes), table(wide, *people)), **more)


def a_class(names, what="students"):
    def draw(names, **more):
        whole = ("all together", 9, 4, 0.5, 0.5, 0.6, 0.3, (0.1, 0.5), "")
        codes = [whole, *((n, 3, 2, 0.5, 0.5, 0.6, 0.3, (NAN, NAN), "too few") for n in names)]
        students = [(n, 9, 4, 0.1 * i, 0.3 if i else NAN) for i, n in enumerate(names)]
        turns = [("T", i + 1, n, 1 + i % 2, 3) for i, n in enumerate(names)]
        found = ClassCodings(
            Coding((), ()), table("transcript_id turn quote", ("T", 1, "x")),
            table("code given students agreement disagreement chance alpha interval why_not", *codes),
            table("student read applied kappa_others kappa_consensus", *students), Table((), ()), ("said",),
            table("transcript_id turn code given students", *turns),
        )  # fmt: skip
        return plots.plot_class(found, what=what, **more)

    return draw(names) if names else draw


def risk_coverage(names, **more):
    clusters = make_clusters(texts_of(12))
    book, rng = make_book(tuple(names)), np.random.default_rng(0)
    shape = (len(clusters.segments), len(book))
    scores = rng.random(shape)
    promises = [(c, 0.2 if i == 0 else None, 0.5, 6, 1.0, 5, 0.3, "") for i, c in enumerate(book.ids)]
    made = Suggestions(
        clusters.segments, book, scores, scores > 0.5, scores > 0.8, scores[:, 0],
        table("code promise threshold n_accepted n_wrong n_blocks bound reason", *promises),
        {"held_out": "2 sessions", "learnt_from": {"coders": ("A", "B")}},
        applied=rng.choice([0.0, 0.5, 1.0], shape),
    )  # fmt: skip
    return plots.plot_risk_coverage(made, **more)


def learning_curve(names, **more):
    rows = [(s, o, 40 * s, 80, 0.2 + 0.3 * s + 0.02 * o, (0.3, 0.6) if s == 1 else (NAN, NAN), 0.7, 0.2, "")
            for s in (0.25, 0.5, 1.0) for o in range(2 if s < 1 else 1)]  # fmt: skip
    return plots.plot_learning_curve(Table(CURVE, tuple(rows), notes=(f"{names[0]} is not said here.",)), **more)


COMPARED = make_comparison()


def agreement(names, **more):
    rows = COMPARED.per_theme.rows()
    made = [{**rows[i % len(rows)], "code": name, "kappa": 0.9 / (1 + i), "kappa_interval": (0.1, 0.95)}
            for i, name in enumerate(names)]  # fmt: skip
    made[-1] |= {"kappa": NAN, "kappa_interval": (NAN, NAN), "remark": f"undefined, for {names[0]} says nothing"}
    settings = {**COMPARED.settings, "name_a": names[0], "name_b": names[-1], "people": f"{names[0]} and another"}
    found = replace(COMPARED, per_theme=Table.of(made, columns=COMPARED.per_theme.columns), settings=settings)
    return plots.plot_agreement(found, **more)


def themes_and_clusters(names, **more):
    found = make_comparison(texts_of(max(24, 2 * len(names))), themes=tuple(names), n_clusters=5)
    return plots.plot_themes_and_clusters(found, **more)


def map_of_themes(names, **more):
    clusters = make_clusters(texts_of(max(11, len(names))), n_clusters=3)
    coding = make_coding(clusters.segments, make_book(tuple(names)), "A")
    return plots.plot_map(clusters, codes=coding, places=plots.SegmentMap(*_spread(clusters)), **more)


def map_of_clusters(names, **more):
    clusters = make_clusters(texts_of(60), n_clusters=4 * len(names))
    return plots.plot_map(clusters, places=plots.SegmentMap(*_spread(clusters)), **more)


def _spread(clusters):
    n = len(clusters.segments)
    return np.arange(n), np.random.default_rng(1).normal(0, 1, (n, 2))


def stability(names, **more):
    clusters = make_clusters(texts_of(60), n_clusters=3 + len(names))
    firm = np.linspace(0, 1, clusters.n_clusters)
    firm[0] = NAN
    found = Clusters(
        clusters.embeddings, clusters.labels, clusters.set_aside, stability=firm, settings=clusters.settings
    )
    return plots.plot_stability(found, **more)


def hierarchy(names, **more):
    n = 4 + 5 * len(names)
    clusters = make_clusters(texts_of(n), n_clusters=3, n_aside=0)
    rng, alive, rows = np.random.default_rng(0), dict.fromkeys(range(n), 1), []
    for new in range(n, 2 * n - 1):
        left, right = sorted(rng.choice(sorted(alive), 2, replace=False).tolist())
        alive[new] = alive.pop(left) + alive.pop(right)
        rows.append((left, right, (new - n + 1) / n, alive[new]))
    settings = {"recipe": "consensus", "sizes": {"coarse": 2, "default": 3, "fine": 5}, "assigned": True}
    found = Clusters(
        clusters.embeddings, clusters.labels, settings=settings, hierarchy=np.array(rows), leaves=np.arange(n)
    )
    return plots.plot_hierarchy(found, **more)


FIGURES = {
    "agreement": agreement, "themes_and_clusters": themes_and_clusters, "map_of_clusters": map_of_clusters,
    "map_of_themes": map_of_themes, "hierarchy": hierarchy, "stability": stability, "relations": relations,
    "sessions": sessions, "voices": voices, "risk_coverage": risk_coverage, "learning_curve": learning_curve,
    "students": a_class(()), "turns": a_class((), "turns"),
}  # fmt: skip
