"""One small study, made by hand, for the rooms that read a whole study: two sessions, four people, two themes."""

import datetime

from alliance_nlp.records import (
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Expectation,
    FieldNote,
    Participant,
    ReadSpan,
    Study,
    Theme,
    Transcript,
    Turn,
)

TALK = {
    "S1": [
        ("M", "moderator", "What does trust ask of you?"),  # 0
        ("P1", "participant", "It is hard work to win their trust every time."),  # 1 demanding
        ("P2", "participant", "Me too."),  # 2 assent to 1
        ("P3", "participant", "I never found that hard, trust comes easily."),  # 3 demanding, opposing
        ("M", "moderator", "And time?"),  # 4
        ("P1", "participant", "There is no time, the next one is waiting."),  # 5 rush
        ("P3", "participant", "Mm."),  # 6 assent to 5
        ("P2", "participant", "I have all the time I need, and it is good."),  # 7 rush
        ("C", "co-moderator", "May I ask what good means?"),  # 8
        ("P4", "participant", "Coffee would be nice."),  # 9 no code
    ],
    "S2": [
        ("M", "moderator", "What has changed since then?"),  # 0
        ("P1", "participant", "Trust is less hard for me now than it was."),  # 1 demanding
        ("P2", "participant", "The clock is worse, I run from one to the next."),  # 2 rush
        ("P1", "participant", "Same here."),  # 3 assent to 2
        ("P3", "participant", "I still say it comes by itself."),  # 4 demanding
    ],
}
DATES = {"S1": datetime.date(2025, 3, 19), "S2": datetime.date(2025, 9, 24)}
DEMANDING, RUSH = "Trust/building trust/demanding", "Time/takes time/rush"
CODED = {
    ("S1", 1): DEMANDING, ("S1", 3): DEMANDING, ("S1", 5): RUSH, ("S1", 7): RUSH,
    ("S2", 1): DEMANDING, ("S2", 2): RUSH, ("S2", 4): DEMANDING,
}  # fmt: skip
BOOK = Codebook(
    (
        Code("Trust", "building trust", "demanding", "winning trust asks something"),
        Code("Time", "takes time", "rush", "too little time"),
        Code("Joy", "", "worth it", "gladness in the work"),
    ),
    (
        Theme("Trust", ("A standard",), "overarching", "Trust is made, not given."),
        Theme("Time", (), "practical", "They speak of clocks."),
    ),
)


def transcript(name, talk, date=None):
    text, turns = "", []
    for speaker, role, words in talk:
        text += f"{speaker}: "
        turns.append(Turn(len(text), len(text) + len(words), speaker, role))
        text += words + "\n\n"
    return Transcript(name, text, tuple(turns), date)


def make_study(**changes):
    transcripts = tuple(transcript(name, talk, DATES[name]) for name, talk in TALK.items())
    turns = {t.id: t.turns for t in transcripts}
    read = [(t.id, turn.start, turn.end) for t in transcripts for turn in t.turns if turn.role == "participant"]

    def coded(coder, status, leave_out=()):
        return tuple(
            CodedSpan(coder, name, turns[name][i].start, turns[name][i].end, code, status, date=DATES[name])
            for (name, i), code in CODED.items()
            if (name, i) not in leave_out
        )

    coding = Coding(
        (*coded("A", "coded"), *coded("B", "coded", {("S2", 4)})),
        tuple(ReadSpan(coder, *place) for coder in "AB" for place in read), BOOK,
    )  # fmt: skip
    consensus = Coding(
        coded("consensus", "consensus"), tuple(ReadSpan("consensus", *place) for place in read), BOOK, made_from=coding
    )
    people = [Participant(f"P{i}", "participant", ("S1", "S2") if i < 4 else ("S1",)) for i in range(1, 5)]
    parts = {
        "codebook": BOOK, "coding": coding, "consensus": consensus,
        "participants": (Participant("M", "moderator", ("S1", "S2")), *people),
        "expectations": (
            Expectation("Trust will be named.", "A", datetime.date(2025, 3, 1), "Trust"),
            Expectation("They will speak of joy.", "B", datetime.date(2025, 3, 1), "Joy"),
            Expectation("They will speak of pay.", "B", datetime.date(2025, 3, 1)),
        ),
        "notes": (
            FieldNote("Leans back.", "C", DATES["S1"], "S1", 4),
            FieldNote("A warm room.", "C", DATES["S1"], "S1"),
        ),
        "title": "hand-made",
    } | changes  # fmt: skip
    return Study(transcripts, **parts)
