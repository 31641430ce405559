"""Put the tables of the suggesting benchmarks on one page: docs/benchmarks/suggesting.md.

python benchmarks/suggesting_page.py
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent

PARTS = {
    "codebook": (
        "From a codebook and a few exemplars",
        "Half of the documents (participants) are tested; exemplars come from the other half. Mean kappa over "
        "nine sets: per-code binary kappa where several codes are allowed, Cohen's kappa where one is. Logistic "
        "regression and SetFit get the best of three decision rules, chosen on the test itself, in their favour. "
        "SetFit and TriTopic 2.6.0 ran in their own environments on the first draw of some sets only (SetFit with "
        "10 pairs a text, 20 at one exemplar, texts cut at 64 words: the computer was shared), so each is compared "
        "on exactly its own draws. 'Unread segments unused' does without the neighbour graph and without "
        "placing thresholds on the tested segments. annomi codes speech functions.",
    ),
    "parity": (
        "Beside the agreement of two people",
        "Every document held out in turn, thresholds from the others. proctoring_survey has no documents: each "
        "question is worked on its own with folds of participants, and only two have codes that are frequent "
        "enough, on 20 and 24 answers; the intervals say what that is worth. annomi: 428 utterances coded by ten "
        "people, all of them in few talks, codes are speech functions; its intervals are over segments. Neither "
        "is an interview with two coders and uncoded turns: the figure for those is taken elsewhere.",
    ),
    "abstention": (
        "Promises about errors",
        "At most 10, 20 or 30 % wrong among accepted suggestions of a code, at 90 % confidence. Above: simulated "
        "codes with known errors, which may come in transcripts; a promise is broken when the true share wrong "
        "exceeds the target. Below: promises made on half of the documents and what became of them on the other "
        "half, where a few accepted suggestions may exceed a target by chance alone. "
        "![risk and coverage](abstention.svg)",
    ),
    "reading_list": (
        "What to read next",
        "Segments read until kappa on other documents reaches 90 % of what the whole pool gives; both readers begin "
        "with the same 20 and read 20 at a time.",
    ),
    "planted_slips": ("What to read again", "5 % of coded segments were given a wrong code; the first 50 flagged."),
}


def main() -> None:
    lines = ["# Suggesting codes: what was measured", ""]
    lines += [
        "The learner's constants were chosen by the mean over these sets, so its figures are those of development. The",
        "peers, the reading list and the planted slips were not run again after its last changes. Decision 0022 says",
        "what each figure rests on, and where a plain ridge does better.",
        "",
    ]
    for name, (title, text) in PARTS.items():
        table = HERE / "results" / f"{name}.md"
        if table.exists():
            command = f"`python benchmarks/{name}.py --data FOLDER`"
            lines += [f"## {title}", "", f"{command}. {text}", "", table.read_text(encoding="utf-8").strip(), ""]
    (HERE.parent / "docs" / "benchmarks" / "suggesting.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
