"""How well are codes suggested from a codebook and a few exemplars? Against peers, on hand-coded corpora.

    python benchmarks/codebook.py [--data FOLDER] [--cache FOLDER] [--draws 5] [--sets NAME ...] [--jobs FOLDER]

0, 1, 3, 5 and 10 exemplars a code, and "half": half of the documents read and coded. Half of the documents (or
participants, where a set has no documents) are kept for the test; exemplars are drawn from the other half, never from
tested documents. Kappa is the mean binary kappa of codes with at least five tested segments where a segment may carry
several codes, Cohen's kappa of the codes where it carries one. Peers that answer with scores get the better of two
rules: best code only, or best code and everything at .5 and above.

SetFit and TriTopic run in environments of their own: ``--jobs FOLDER`` writes their jobs; run
``peers/codebook_setfit.py FOLDER`` and ``peers/codebook_tritopic.py FOLDER`` there, then this script again.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from corpora import CodedCorpus, as_set, default_folder, embed_texts, read_corpus, read_rows

from alliance_nlp.agreement import bootstrap_tables, cohen_kappa, f1, krippendorff_alpha, table_values
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence
from alliance_nlp.suggesting.fitted import CodeScores, score_codes
from alliance_nlp.suggesting.learning import fit_codes
from alliance_nlp.suggesting.similarity import Similarity, compare_rows

RESULTS = Path(__file__).resolve().parent / "results"
BUDGETS: tuple[int | str, ...] = (0, 1, 3, 5, 10, "half")
ARGUMENTS = (
    "We should legalize cannabis [for]", "Homeschooling should be banned [against]", "Urbanization",
    "The USA is a good country to live in [for]", "We should ban human cloning", "We should adopt libertarianism [for]",
)  # fmt: skip
LEAST_TESTED = 5


@dataclass(frozen=True)
class Part:
    """One coded set, or one of several parts whose mean is the set's figure (questions, debates)."""

    name: str
    part: str
    segments: SegmentEvidence
    codes: CodeEvidence
    applied: np.ndarray
    one_code: bool
    similarity: Similarity


@dataclass(frozen=True)
class Draw:
    """What is learnt from and what is tested."""

    budget: int | str
    number: int
    learnt: np.ndarray
    tested: np.ndarray
    judged: np.ndarray


def readable(code: str) -> str:
    """Turn the name of a code into words."""
    return re.sub(r"[_>/:|]+", " ", re.sub(r"^[A-Z]\d+:", "", code)).strip()


def code_texts(names: list[str], definitions: dict[str, str]) -> list[str]:
    """Put label and definition of each code into one text."""
    texts = []
    for name in names:
        label, definition = readable(name), definitions.get(name, "")
        same = definition.strip().lower() in ("", name.strip().lower())
        texts.append(label if same else f"{label}. {definition}")
    return texts


def code_evidence(names: list[str], corpus: CodedCorpus, cache: Path | None) -> CodeEvidence:
    """Embed label and definition of each code."""
    texts = code_texts(names, corpus.definitions)
    vectors = embed_texts(texts, cache=cache) if names else None
    return CodeEvidence(names, vectors, texts, [corpus.themes.get(name, "") for name in names])


def indicator(sets: list[frozenset[str] | None], names: list[str]) -> np.ndarray:
    """Turn sets of codes into a table with nan for unread segments."""
    place = {name: k for k, name in enumerate(names)}
    table = np.zeros((len(sets), len(names)))
    for row, codes in enumerate(sets):
        if codes is None:
            table[row] = np.nan
        for code in codes or ():
            if code in place:
                table[row, place[code]] = 1.0
    return table


def make_part(name: str, part: str, corpus: CodedCorpus, cache: Path | None, *, groups: list, in_order: bool) -> Part:
    names = sorted({code for codes in corpus.sets for code in codes})
    applied = indicator(list(corpus.sets), names)
    codes = code_evidence(names, corpus, cache)
    segments = SegmentEvidence(corpus.vectors, corpus.texts, groups, list(corpus.documents) if in_order else None)
    one_code = bool((applied.sum(axis=1) == 1).mean() > 0.98)
    return Part(name, part, segments, codes, applied, one_code, compare_rows(segments, codes))


def sample(corpus: CodedCorpus, n: int) -> CodedCorpus:
    """Keep n segments, the same ones every time."""
    if len(corpus) <= n:
        return corpus
    return corpus.take(np.sort(np.random.default_rng(0).choice(len(corpus), n, replace=False)))


def rows_of(corpus: CodedCorpus, wanted: set[str]) -> CodedCorpus:
    return corpus.take([k for k, document in enumerate(corpus.documents) if document in wanted])


def parts_of(data: Path, cache: Path | None, only: list[str] | None) -> Iterator[Part]:
    """Read every coded set of the folder; a set that is absent is left out and said so."""

    def read(name: str) -> CodedCorpus | None:
        if only and name not in only:
            return None
        if not (data / name / "segments.csv").exists():
            print(f"{name}: not in {data}, left out")
            return None
        return read_corpus(data / name, cache=cache)

    for name in ("wac_experts", "serdif_thinkaloud"):
        if (corpus := read(name)) is not None:
            yield make_part(name, name, corpus, cache, groups=list(corpus.documents), in_order=name[0] == "s")
    if (corpus := read("pdpilot_interviews")) is not None:
        themes = {row["segment_id"]: row["theme"] for row in read_rows(data / "pdpilot_interviews" / "segments.csv")}
        sets = tuple(as_set(themes[key]) for key in corpus.ids)
        corpus = CodedCorpus(**{**corpus.__dict__, "sets": sets})
        yield make_part("pdpilot_themes", "themes", corpus, cache, groups=list(corpus.documents), in_order=True)
    if (corpus := read("nhs_feedback_v6")) is not None:
        corpus = sample(corpus, 1500)
        yield make_part("nhs_feedback", "sample", corpus, cache, groups=list(corpus.speakers), in_order=False)
    if (corpus := read("counselchat")) is not None:
        yield make_part("counselchat", "all", corpus, cache, groups=list(corpus.documents), in_order=False)
    if (corpus := read("annomi")) is not None:
        sizes = Counter(corpus.documents)
        some = sorted(document for document in sizes if 40 <= sizes[document] <= 200)[:24]
        corpus = rows_of(corpus, set(some))
        yield make_part("annomi", "24 talks", corpus, cache, groups=list(corpus.documents), in_order=True)
    if (corpus := read("proctoring_survey")) is not None:
        for question in ("N3", "N4", "Q5"):
            answers = rows_of(corpus, {question})
            yield make_part("proctoring", question, answers, cache, groups=list(answers.speakers), in_order=False)
    if (corpus := read("argkp")) is not None:
        for debate in sorted(d for d in set(corpus.documents) if d.startswith(ARGUMENTS)):
            found = rows_of(corpus, {debate})
            yield make_part("argkp", debate, found, cache, groups=list(found.ids), in_order=False)
    for name in ("banking77", "clinc150"):
        if (corpus := read(name)) is not None:
            corpus = corpus.take([k for k, codes in enumerate(corpus.sets) if "oos" not in codes])
            corpus = sample(corpus, 2500)
            yield make_part(name, "sample", corpus, cache, groups=list(corpus.ids), in_order=False)


def draw(part: Part, budget: int | str, number: int) -> Draw:
    """Split groups in halves and draw exemplars from the first."""
    rng = np.random.default_rng(number)
    groups = part.segments.group_numbers
    names = rng.permutation(np.unique(groups))
    pool = np.isin(groups, names[: len(names) // 2])
    tested = np.flatnonzero(~pool)
    if budget == "half":
        learnt = np.flatnonzero(pool)
    else:
        found: list[int] = []
        for code in range(part.applied.shape[1]):
            candidates = np.flatnonzero(pool & (part.applied[:, code] > 0))
            found += rng.choice(candidates, min(int(budget), len(candidates)), replace=False).tolist()
        learnt = np.unique(np.array(found, dtype=np.int64))
    judged = np.flatnonzero(part.applied[tested].sum(axis=0) >= LEAST_TESTED)
    return Draw(budget, number, learnt, tested, judged)


Answer = tuple[np.ndarray, np.ndarray | None]
"""Suggested codes of the tested segments, and probabilities where the method has them."""


def ours(part: Part, drawn: Draw) -> Answer:
    table = np.full(part.applied.shape, np.nan)
    table[drawn.learnt] = part.applied[drawn.learnt]
    chosen = np.full(len(table), drawn.budget != "half")
    fitted = fit_codes(
        part.segments, table, codes=part.codes, chosen=chosen, one_code=part.one_code, similarity=part.similarity
    )
    return _answer(fitted.scores, drawn.tested)


def ours_without_unread(part: Part, drawn: Draw) -> Answer:
    if len(drawn.learnt) == 0:
        empty = part.segments.take([])
        fitted = fit_codes(empty, part.applied[:0], codes=part.codes, one_code=part.one_code)
    else:
        chosen = np.full(len(drawn.learnt), drawn.budget != "half")
        fitted = fit_codes(
            part.segments.take(drawn.learnt), part.applied[drawn.learnt], codes=part.codes, chosen=chosen,
            one_code=part.one_code,
        )  # fmt: skip
    return _answer(score_codes(fitted, part.segments.take(drawn.tested)), np.arange(len(drawn.tested)))


def _answer(scores: CodeScores, rows: np.ndarray) -> Answer:
    return scores.suggested[rows].astype(float), scores.probabilities[rows]


def top_one(scores: np.ndarray) -> np.ndarray:
    chosen = np.zeros_like(scores)
    chosen[np.arange(len(scores)), scores.argmax(axis=1)] = 1.0
    return chosen


def unit(rows: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1.0)


def zero_shot(part: Part, drawn: Draw) -> Answer:
    """Cosine to label and definition, best code (BERTopic's zero-shot way without its cut)."""
    return top_one(unit(part.segments.rows[drawn.tested]) @ unit(part.codes.rows).T), None


def prototypes(part: Part, drawn: Draw) -> Answer:
    """Cosine to the mean of the exemplars and the definition."""
    means = part.applied[drawn.learnt].T @ unit(part.segments.rows[drawn.learnt]) + unit(part.codes.rows)
    return top_one(unit(part.segments.rows[drawn.tested]) @ unit(means).T), None


def majority(part: Part, drawn: Draw) -> Answer:
    """Give everything the commonest code (of what was read, or else of the tested segments)."""
    seen = drawn.learnt if drawn.budget == "half" else drawn.tested
    chosen = np.zeros((len(drawn.tested), part.applied.shape[1]))
    chosen[:, part.applied[seen].sum(axis=0).argmax()] = 1.0
    return chosen, None


def logistic(part: Part, drawn: Draw, *, balanced: bool = False) -> Answer | None:
    """Plain logistic regression on the vectors: multinomial where one code is allowed, else one a code."""
    from sklearn.linear_model import LogisticRegression

    if len(drawn.learnt) == 0:
        return None
    X, Y = part.segments.rows[drawn.learnt], part.applied[drawn.learnt]
    asked, weight = part.segments.rows[drawn.tested], "balanced" if balanced else None
    scores = np.zeros((len(asked), Y.shape[1]))
    if part.one_code:
        model = LogisticRegression(max_iter=500, C=10, class_weight=weight).fit(X, Y.argmax(axis=1))
        scores[:, model.classes_] = model.predict_proba(asked)
        return top_one(scores), scores
    for code in range(Y.shape[1]):
        if 0 < Y[:, code].sum() < len(Y):
            fitted = LogisticRegression(max_iter=500, C=10, class_weight=weight).fit(X, Y[:, code])
            scores[:, code] = fitted.predict_proba(asked)[:, 1]
    return better_rule(part, drawn, scores), scores


def logistic_balanced(part: Part, drawn: Draw) -> Answer | None:
    return logistic(part, drawn, balanced=True)


def better_rule(part: Part, drawn: Draw, scores: np.ndarray) -> np.ndarray:
    """Favour the peer: the better, on the test itself, of best code only, .5 only, and both together."""
    half = (scores >= 0.5).astype(float)
    rules = [top_one(scores), np.maximum(top_one(scores), half), half]
    return max(rules, key=lambda chosen: np.nan_to_num(kappa_of(part, drawn, chosen)))


def kappa_of(part: Part, drawn: Draw, chosen: np.ndarray) -> float:
    gold = part.applied[drawn.tested]
    if part.one_code:
        return float(cohen_kappa(gold.argmax(axis=1), chosen.argmax(axis=1)))
    values = table_values(cohen_kappa, tables(gold, chosen)[drawn.judged])
    return float(np.nanmean(values)) if len(values) else float("nan")


def tables(gold: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    both = (gold * chosen).sum(axis=0)
    a, b, n = gold.sum(axis=0), chosen.sum(axis=0), len(gold)
    return np.stack([np.stack([n - a - b + both, b - both], -1), np.stack([a - both, both], -1)], axis=-2)


def masi(gold: np.ndarray, chosen: np.ndarray) -> float:
    rows = [[frozenset(np.flatnonzero(row).tolist()) for row in table] for table in (gold, chosen)]
    return float(krippendorff_alpha(rows, level="masi"))


def calibration_error(gold: np.ndarray, shares: np.ndarray) -> float:
    """Mean distance of stated and found share over ten bins of equal width, weighted by what is in them."""
    bins = np.clip((shares * 10).astype(int), 0, 9).ravel()
    stated = np.bincount(bins, shares.ravel(), 10)
    found = np.bincount(bins, gold.ravel(), 10)
    return float(np.abs(stated - found).sum() / shares.size)


def judge(part: Part, drawn: Draw, answer: Answer) -> dict[str, float]:
    """Compute every figure of one answer."""
    gold, (chosen, shares) = part.applied[drawn.tested], answer
    counts = tables(gold, chosen)
    by_code = np.nan_to_num(table_values(f1, counts[drawn.judged]))
    found = {
        "kappa": kappa_of(part, drawn, chosen),
        "macro_f1": float(by_code.mean()) if len(by_code) else float("nan"),
        "micro_f1": float(np.nan_to_num(table_values(f1, counts.sum(axis=0)))),
        "alpha_masi": masi(gold, chosen),
    }
    if shares is not None:
        found["calibration_error"] = calibration_error(gold, shares)
    return found


def interval(part: Part, drawn: Draw, chosen: np.ndarray, n_draws: int = 300) -> list[float]:
    """Give a 95 % interval of kappa over the tested groups (documents, participants)."""
    gold, groups = part.applied[drawn.tested], part.segments.group_numbers[drawn.tested]
    if len(np.unique(groups)) < 10 or part.one_code:
        return [float("nan"), float("nan")]
    codes = drawn.judged
    made = bootstrap_tables(gold[:, codes].T, chosen[:, codes].T, by=groups.tolist(), n_draws=n_draws)
    means = np.nanmean(table_values(cohen_kappa, made), axis=1)
    return [float(x) for x in np.nanpercentile(means, [2.5, 97.5])]


METHODS: dict[str, Callable[[Part, Draw], Answer | None]] = {
    "alliance_nlp": ours,
    "alliance_nlp, unread segments unused": ours_without_unread,
    "zero-shot cosine": zero_shot,
    "prototypes": prototypes,
    "logistic regression": logistic,
    "logistic regression, balanced": logistic_balanced,
    "majority code": majority,
}


def job_name(part: Part, drawn: Draw) -> str:
    return re.sub(r"\W+", "_", f"{part.name}_{part.part}_{drawn.budget}_{drawn.number}")[:90]


def write_job(folder: Path, part: Part, drawn: Draw) -> None:
    """Write what the peers in other environments need: one json and one npz a draw."""
    folder.mkdir(parents=True, exist_ok=True)
    means = part.applied[drawn.learnt].T @ unit(part.segments.rows[drawn.learnt]) + unit(part.codes.rows)
    texts = list(part.segments.texts or ())
    seeds = [
        " ".join([text, *(texts[i] for i in drawn.learnt if part.applied[i, k] > 0)])
        for k, text in enumerate(part.codes.texts or ())
    ]
    pairs = len(drawn.learnt) * 40
    job = {
        "texts": texts, "seed_texts": seeds, "many_codes": not part.one_code,
        "setfit": drawn.budget in (1, 3, 5, 10) and drawn.number == 0, "setfit_pairs": 20 if pairs < 12_000 else 5,
    }  # fmt: skip
    path = folder / job_name(part, drawn)
    np.savez(
        path.with_suffix(".npz"), vectors=unit(part.segments.rows).astype(np.float32),
        seed_vectors=unit(means).astype(np.float32), learnt=drawn.learnt, asked=drawn.tested, applied=part.applied,
    )  # fmt: skip
    path.with_suffix(".json").write_text(json.dumps(job), encoding="utf-8")


def from_jobs(folder: Path, part: Part, drawn: Draw) -> Iterator[tuple[str, Answer]]:
    """Read what peers in other environments answered."""
    path = folder / job_name(part, drawn)
    if (found := path.with_suffix(".setfit.npy")).exists():
        scores = np.load(found)
        chosen = top_one(scores) if part.one_code else better_rule(part, drawn, scores)
        yield "SetFit", (chosen, scores)
    if (found := path.with_suffix(".tritopic.npy")).exists():
        codes = np.load(found)[drawn.tested]
        chosen = np.zeros((len(codes), part.applied.shape[1]))
        chosen[np.flatnonzero(codes >= 0), codes[codes >= 0]] = 1.0
        yield "TriTopic with seeds", (chosen, None)


def run(part: Part, budget: int | str, number: int, jobs: Path | None) -> list[dict]:
    """Run every method on one draw."""
    drawn = draw(part, budget, number)
    answers: list[tuple[str, Answer, float]] = []
    for name, method in METHODS.items():
        started = time.perf_counter()
        answer = method(part, drawn)
        if answer is not None:
            answers.append((name, answer, time.perf_counter() - started))
    if jobs is not None:
        if not (jobs / f"{job_name(part, drawn)}.json").exists():
            write_job(jobs, part, drawn)
        answers += [(name, answer, float("nan")) for name, answer in from_jobs(jobs, part, drawn)]
    rows = []
    for name, answer, seconds in answers:
        row = {"set": part.name, "part": part.part, "budget": str(budget), "draw": number, "method": name}
        row |= {key: round(value, 4) for key, value in judge(part, drawn, answer).items()} | {
            "seconds": round(seconds, 2)
        }
        if number == 0:
            row["kappa_interval"] = interval(part, drawn, answer[0])
        rows.append(row)
    return rows


def summary(rows: list[dict], figure: str = "kappa") -> dict[tuple[str, str], dict[str, float]]:
    """Average draws, then parts, giving one figure a method, budget and set."""
    cells: dict[tuple[str, str, str, str], list[float]] = {}
    for row in rows:
        key = (row["method"], row["budget"], row["set"], row["part"])
        cells.setdefault(key, []).append(row.get(figure, float("nan")))
    by_set: dict[tuple[str, str], dict[str, list[float]]] = {}
    for (method, budget, name, _), values in cells.items():
        by_set.setdefault((method, budget), {}).setdefault(name, []).append(float(np.nanmean(values)))
    return {key: {name: float(np.nanmean(v)) for name, v in sets.items()} for key, sets in by_set.items()}


def markdown(rows: list[dict]) -> str:
    """Write the tables: mean over sets, then every set."""
    means = summary(rows)
    sets = sorted({row["set"] for row in rows})
    compared = [name for name in sets if name != "banking77"]
    methods = sorted({row["method"] for row in rows}, key=lambda name: (not name.startswith("alliance"), name))
    lines = ["| mean kappa over sets without banking77 | " + " | ".join(map(str, BUDGETS)) + " |"]
    lines.append("|---|" + "--:|" * len(BUDGETS))
    for method in methods:
        cells = []
        for budget in map(str, BUDGETS):
            found = means.get((method, budget), {})
            values = [found[name] for name in compared if name in found]
            note = "" if len(values) == len(compared) else f" ({len(values)} sets)"
            cells.append(f"{np.mean(values):.3f}{note}" if values else "")
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    for budget in map(str, BUDGETS):
        lines += ["", f"| {budget} exemplars | " + " | ".join(sets) + " |", "|---|" + "--:|" * len(sets)]
        for method in methods:
            found = means.get((method, budget), {})
            if found:
                cells = [f"{found[name]:.3f}" if name in found else "" for name in sets]
                lines.append(f"| {method} | " + " | ".join(cells) + " |")
    for figure in ("macro_f1", "micro_f1", "alpha_masi", "calibration_error"):
        lines += ["", f"| {figure} | " + " | ".join(map(str, BUDGETS)) + " |", "|---|" + "--:|" * len(BUDGETS)]
        other = summary(rows, figure)
        for method in methods:
            cells = []
            for budget in map(str, BUDGETS):
                values = [
                    v for name, v in other.get((method, budget), {}).items() if name in compared and np.isfinite(v)
                ]
                cells.append(f"{np.mean(values):.3f}" if values else "")
            lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *paired(rows)]) + "\n"


def paired(rows: list[dict]) -> list[str]:
    """Compare with peers that ran on some draws only: both on exactly those."""
    mine = {(r["set"], r["part"], r["budget"], r["draw"]): r["kappa"] for r in rows if r["method"] == "alliance_nlp"}
    lines = ["| on the peer's own draws | exemplars | draws | sets | peer | alliance_nlp | ratio |",
             "|---|--:|--:|--:|--:|--:|--:|"]  # fmt: skip
    for method in (name for name in ("SetFit", "TriTopic with seeds") if any(r["method"] == name for r in rows)):
        for budget in map(str, BUDGETS):
            found = [r for r in rows if r["method"] == method and r["budget"] == budget]
            keys = [(r["set"], r["part"], r["budget"], r["draw"]) for r in found]
            pairs = np.array([[r["kappa"], mine[k]] for r, k in zip(found, keys, strict=True) if k in mine])
            if len(pairs):
                peer, own = np.nanmean(pairs, axis=0)
                cells = [method, budget, len(pairs), len({k[0] for k in keys}), f"{peer:.3f}", f"{own:.3f}"]
                lines.append("| " + " | ".join(map(str, [*cells, f"{own / peer:.2f}"])) + " |")
    return lines if len(lines) > 2 else []


def add_jobs(rows: list[dict], part: Part, jobs: Path, draws: int) -> None:
    """Add what peers in other environments answered since the other methods ran."""
    for budget in BUDGETS:
        for number in range(draws):
            drawn = draw(part, budget, number)
            for name, answer in from_jobs(jobs, part, drawn):
                row = {"set": part.name, "part": part.part, "budget": str(budget), "draw": number, "method": name}
                rows.append(row | {key: round(value, 4) for key, value in judge(part, drawn, answer).items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=default_folder())
    parser.add_argument("--cache", type=Path, default=None, help="folder that keeps vectors between runs")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--sets", nargs="*", default=None)
    parser.add_argument("--jobs", type=Path, default=None, help="folder shared with peers of other environments")
    parser.add_argument("--out", type=Path, default=RESULTS / "codebook.json")
    parser.add_argument("--methods", nargs="*", default=None, help="run these again, keep the others in --out")
    parser.add_argument("--add-jobs", action="store_true", help="keep the results in --out, add those of the jobs")
    options = parser.parse_args()
    rows: list[dict] = []
    if options.add_jobs and options.jobs is not None:
        peers = ("SetFit", "TriTopic with seeds")
        rows = [row for row in json.loads(options.out.read_text(encoding="utf-8")) if row["method"] not in peers]
        for part in parts_of(options.data, options.cache, options.sets):
            add_jobs(rows, part, options.jobs, options.draws)
        options.out.with_suffix(".md").write_text(markdown(rows), encoding="utf-8")
        options.out.write_text(json.dumps(rows, indent=0), encoding="utf-8")
        print(markdown(rows))
        return
    if options.methods:
        kept = json.loads(options.out.read_text(encoding="utf-8"))
        rows = [row for row in kept if row["method"] not in options.methods]
        for name in set(METHODS) - set(options.methods):
            del METHODS[name]
    for part in parts_of(options.data, options.cache, options.sets):
        for budget in BUDGETS:
            for number in range(options.draws):
                rows += run(part, budget, number, options.jobs)
        print(part.name, part.part, part.applied.shape, flush=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(rows, indent=0), encoding="utf-8")
    options.out.with_suffix(".md").write_text(markdown(rows), encoding="utf-8")
    print(markdown(rows))


if __name__ == "__main__":
    main()
