"""Every form of a transcript that docs/formats.md lists is read: who, when, in which role, and nothing else."""

import warnings
from pathlib import Path

import pytest
import reading_forms

from alliance_nlp.reading import read_transcripts


def read(tmp_path, form):
    path = tmp_path / f"interview{form.ending}"
    path.write_bytes(form.content.encode("utf-8"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (transcript,) = read_transcripts(path)
    return transcript


@pytest.mark.parametrize("form", reading_forms.FORMS, ids=lambda form: form.program)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_form_is_read(tmp_path, form, end):
    form = reading_forms.Form(**{**vars(form), "content": form.content.replace("\n", end)})
    transcript = read(tmp_path, form)
    talk = [(turn, transcript.turn_text(i)) for i, turn in enumerate(transcript.turns)]
    if form.left_out:  # a title above the talk may be a turn without a speaker
        assert any(form.left_out.casefold() in row["words"].casefold() for row in transcript.report.rows())
        talk = [(turn, words) for turn, words in talk if turn.speaker is not None]
    assert [(turn.speaker, words) for turn, words in talk] == list(zip(form.names, form.words, strict=True))
    for asked, told in ((form.begins, [t.begin_s for t, _ in talk]), (form.ends, [t.end_s for t, _ in talk])):
        assert asked is None or told == pytest.approx(list(asked))
    assert form.roles is None or [turn.role for turn, _ in talk] == list(form.roles)


def test_the_page_on_formats_has_the_table_of_forms():
    page = Path(__file__).parents[2] / "docs" / "formats.md"
    if not page.exists():
        pytest.skip("installed without the docs")
    assert reading_forms.table() in page.read_text(encoding="utf-8"), "python tests/unit/reading_forms.py prints it"
