"""What holds for every transcript that is read, whatever the script, the line ends, the encoding."""

import csv
import io
import unicodedata
import warnings

import pytest
from hypothesis import example, given, settings, strategies as st

from alliance_nlp import AllianceWarning, InputError
from alliance_nlp.reading import read_codings, read_transcripts
from alliance_nlp.reading.quoted import plain_form
from alliance_nlp.reading.sources import READERS
from alliance_nlp.segments import segment
from strategies import any_text, dialogues, items, line_ends

CONTROLS = {chr(code) for code in (*range(9), *range(14, 27), *range(28, 32))}
QUIET = settings(deadline=None, max_examples=80)


def read(source, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        return read_transcripts(source, **options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("laws")


def write(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@QUIET
@given(dialogue=dialogues, end=line_ends, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_dialogue_comes_back_turn_by_turn_and_its_text_is_verbatim(folder, dialogue, end, encoding):
    text = (end * 2).join(f"{speaker}: {said}" for speaker, said in dialogue)
    (transcript,) = read(write(folder, "t.txt", text, encoding))
    assert transcript.text == text
    assert [(t.speaker, transcript.turn_text(i)) for i, t in enumerate(transcript.turns)] == dialogue


@QUIET
@given(text=st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=300))
def test_any_text_gives_turns_that_follow_one_another_or_one_sentence(folder, text):
    path = write(folder, "any.txt", text)
    if CONTROLS & set(text):
        with pytest.raises(InputError, match="any.txt"):
            read(path)
        return
    (transcript,) = read(path)
    assert transcript.text == text.removeprefix("\ufeff")
    ends = [0, *(turn.end for turn in transcript.turns)]
    assert all(turn.start >= last for turn, last in zip(transcript.turns, ends[:-1], strict=True))
    assert read(path) == (transcript,)


@QUIET
@given(lines=st.lists(any_text, max_size=15), end=line_ends)
def test_without_speakers_and_titles_turns_cover_all_words(folder, lines, end):
    kept = [
        line.replace(":", "").replace("：", "").replace("[", "").replace("<", "").replace(">", "") for line in lines
    ]
    text = end.join(kept)
    (transcript,) = read(write(folder, "cover.txt", text))
    covered = [range(turn.start, turn.end) for turn in transcript.turns]
    missing = [c for i, c in enumerate(text) if c.isalpha() and not any(i in span for span in covered)]
    assert missing == [] or any(turn.begin_s is not None or turn.speaker for turn in transcript.turns)


@QUIET
@given(data=st.binary(max_size=60) | st.binary(max_size=40).map(lambda data: b"PK\x03\x04" + data))
@pytest.mark.parametrize("ending", sorted(READERS))
def test_any_bytes_under_any_ending_are_a_transcript_or_one_error_of_ours(folder, data, ending):
    path = folder / f"bytes{ending}"
    path.write_bytes(data)
    try:
        read(path)
    except InputError as err:
        message = str(err)
        assert path.name in message


@QUIET
@given(texts=items)
def test_a_list_is_one_transcript_with_one_turn_per_item(texts):
    (transcript,) = read_transcripts(texts)
    assert [transcript.turn_text(i) for i in range(len(transcript.turns))] == texts
    assert {turn.speaker for turn in transcript.turns} | {turn.role for turn in transcript.turns} <= {None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        assert len(segment([transcript])) == len(texts)


@QUIET
@given(rows=st.lists(st.tuples(st.sampled_from(["P1", "Moderator", "Anna"]), any_text.filter(str.strip)), min_size=1))
def test_a_table_comes_back_row_by_row(folder, rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["speaker", "text"])
    writer.writerows(rows)
    (transcript,) = read(write(folder, "t.csv", out.getvalue()))
    assert [(turn.speaker, transcript.turn_text(i)) for i, turn in enumerate(transcript.turns)] == rows


@QUIET
@given(dialogue=dialogues)
def test_subtitles_come_back_cue_by_cue(folder, dialogue):
    said = [(who, what.replace("&", "").replace("<", "").replace("{", "")) for who, what in dialogue]
    cues = [f"00:{i:02}.000 --> 00:{i:02}.900\n<v {who}>{what}</v>" for i, (who, what) in enumerate(said)]
    (transcript,) = read(write(folder, "t.vtt", "\n\n".join(["WEBVTT", *cues])))
    assert [(turn.speaker, transcript.turn_text(i)) for i, turn in enumerate(transcript.turns)] == said
    assert [turn.begin_s for turn in transcript.turns] == [float(i) for i in range(len(said))]


@QUIET
@given(texts=st.lists(any_text, min_size=1, max_size=8), data=st.data())
def test_a_slice_of_a_text_is_found_where_it_was_taken_or_reported_as_ambiguous(texts, data):
    (transcript,) = read_transcripts(texts)
    start = data.draw(st.integers(0, len(transcript.text)))
    end = data.draw(st.integers(start, len(transcript.text)))
    quote = transcript.text[start:end]
    if not quote.strip():
        return
    rows = [{"coder": "A", "code": "x", "quote": quote}]
    if transcript.text.count(quote.strip()) > 1:
        with pytest.raises(InputError, match=r"stands in \d+ places"):
            read_codings(rows, transcript, read="all")
        return
    (span,) = read_codings(rows, transcript, read="all").applied
    assert transcript.text[span.start : span.end] == quote.strip()


@QUIET
@example(text="\u00d9\U0001133b")
@given(text=st.text(max_size=80))
def test_a_plain_form_leads_back_to_the_signs_it_came_from(text):
    plain, origin = plain_form(text)
    assert len(plain) == len(origin)
    assert origin == sorted(origin)
    assert all(0 <= at < len(text) for at in origin)
    composed, parted = (plain_form(unicodedata.normalize(form, text))[0] for form in ("NFC", "NFD"))
    assert composed == parted
