"""Hypothesis strategies for material of the field."""

from hypothesis import strategies as st

# combining marks in both forms, emoji with joiners, right-to-left with marks, CJK, typographic signs
ALPHABETS = (
    "abcdefghij ,.'",
    "éèe\u0301n\u0303ü ",
    "👩\u200d👩\u200d👧😀🏳\ufe0f ",
    "שלום\u200f עברית ",
    "日本語、。",
    "“”‘’–—…\u00a0\u200b",
)
words = st.one_of(*(st.text(alphabet, min_size=1, max_size=30) for alphabet in ALPHABETS))
any_text = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
line_ends = st.sampled_from(["\n", "\r\n", "\r"])
speakers = st.sampled_from(["Moderator", "P1", "P2", "Speaker 10", "Interviewer 2", "FG1-P3"])


def spoken(text):
    """Words as a turn keeps them: without blanks on both sides, on one line."""
    return text.strip(" \t\u00a0\u200b\u200c\u200d\u2060\ufeff\r\n\x0b\x0c\u2028\u2029")


# what a person says in one turn: on one line, not blank, without what could be taken for a name or a time
sayings = (
    words.map(lambda text: spoken(f"x{text}x")).filter(lambda text: ":" not in text and "：" not in text)
)  # fmt: skip
dialogues = st.lists(st.tuples(speakers, sayings), min_size=1, max_size=12)
items = st.lists(any_text, max_size=20)
