"""Real files that others wrote; they stay beside the repository, and these tests skip where they are absent."""

import warnings

import pytest

from alliance_nlp.reading import read_codebook, read_codings, read_transcripts
from alliance_nlp.studies import read_study


def told(reader, *arguments, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = reader(*arguments, **options)
    assert len(caught) <= 1
    return found, "".join(str(item.message) for item in caught)


def test_a_hard_wrapped_meeting_with_numbered_speakers(shared):
    (transcript,), warned = told(read_transcripts, shared / "interop" / "transcripts" / "en_board_meeting_turns.txt")
    assert len(transcript.turns) == 131
    assert sum(turn.speaker == "Moderator" for turn in transcript.turns) == 16
    assert {"Speaker 1", "Speaker 12", "Alfeck", "Jessica"} <= set(transcript.speakers)
    assert all(turn.role is not None for turn in transcript.turns)
    covered = sum(turn.end - turn.start for turn in transcript.turns)
    assert covered > 0.9 * len("".join(transcript.text.split())) * 1.1
    assert warned == ""


def test_marks_in_brackets_word_files_and_opendocument(shared):
    folder = shared / "interop"
    (marked,), _ = told(read_transcripts, folder / "transcripts" / "en_qualcoder_transcript.txt")
    assert [turn.speaker for turn in marked.turns] == ["id1", "id2", "id3", "id1", "id3", "id1", "id2"]
    (word,), warned = told(read_transcripts, folder / "transcripts" / "en_qualcoder_ID1.docx")
    assert (len(word.turns), word.speakers) == (3, ())
    assert "no speaker found: 3 turns" in warned
    (serdif,), warned = told(read_transcripts, folder / "transcripts" / "en_serdif_P1.odt")
    assert serdif.speakers == ("MODERATOR",)
    assert (
        "only one speaker is named" in warned
    )  # the participant is not named: no turn may be put into the other's mouth


def test_survey_tables(shared):
    folder = shared / "interop" / "qualcoder"
    (csv_file,), _ = told(read_transcripts, folder / "survey456.csv")
    assert [(turn.speaker, turn.role) for turn in csv_file.turns] == [(f"ID{n}", "participant") for n in (4, 5, 6)]
    (excel,), warned = told(read_transcripts, folder / "survey789.xlsx")
    assert len(excel.turns) == 6  # two questions, three people
    assert "read as a survey: 2 columns are a question each" in warned


def test_a_codebook_of_taguette(shared):
    book, _ = told(read_codebook, shared / "interop" / "taguette" / "codebook_20220303_8.csv")
    assert len(book) == 22
    assert all(code.definition for code in book)


def test_quotes_of_taguette_are_found_in_the_sessions_or_reported(shared):
    folder = shared / "interop"
    (session,), _ = told(read_transcripts, folder / "transcripts" / "en_serdif_P1.odt")
    from alliance_nlp.reading.remarks import Remarks
    from alliance_nlp.reading.spreadsheets import read_sheet

    sheet = read_sheet(folder / "taguette" / "all_tags_20220303.csv", encoding=None, remarks=Remarks())
    rows = [dict(row.cells) for row in sheet.rows if row["document"].startswith("P1_")]
    assert rows
    rows = [{"content": row["content"], "tag": row["tag"]} for row in rows]
    coding, _ = told(read_codings, rows, session, coder="authors", read="coded", unmatched="skip")
    assert len(coding.applied) >= 0.8 * len(rows)


@pytest.mark.parametrize(
    ("name", "transcripts", "turns", "codes"),
    [
        ("wac_experts", 57, 278, 64), ("serdif_thinkaloud", 17, 1793, 22), ("pdpilot_interviews", 7, 209, 91),
        ("annomi", 133, 9699, 14), ("proctoring_survey", 14, 579, 244), ("nhs_feedback_v6", 2, 6211, 49),
    ],
)  # fmt: skip
def test_coded_corpora_in_the_simple_form(shared, name, transcripts, turns, codes):
    study, _ = told(read_study, shared / "data" / name)
    assert len(study.transcripts) == transcripts
    assert sum(len(t.turns) for t in study.transcripts) == turns
    assert len(study.codebook) == codes
    assert len(study.consensus.applied) >= 200
    assert (study.coding is not None) == (name in ("annomi", "proctoring_survey"))
