"""Whatever a reader can be told in a call can be told in study.toml and on the command line, and advice says how."""

import warnings

import pytest

from alliance_nlp import InputError
from alliance_nlp.__main__ import main
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.studies import read_study


def study(folder, toml="", codes="Hvem,Tur,Kode\nKL,1,Time > waiting\n"):
    folder.mkdir(exist_ok=True)
    (folder / "transcripts").mkdir(exist_ok=True)
    (folder / "transcripts" / "t.csv").write_text(
        "Navn,Svar,Annet\nP1,It took long.,somewhat longer words\n", encoding="utf-8"
    )
    (folder / "codebook.csv").write_text("Kode,Betyr\nTime > waiting,w\nTime > deadlines,d\n", encoding="utf-8")
    (folder / "codings.csv").write_text(codes, encoding="utf-8")
    (folder / "study.toml").write_text(toml, encoding="utf-8")
    return folder


TOML = """
[codings]
columns = {coder = "Hvem", turn = "Tur"}
[codebook]
columns = {definition = "Betyr"}
[transcripts]
columns = {text = "Svar", speaker = "Navn"}
[read]
KL = "all"
"""


@pytest.mark.filterwarnings("ignore:Reading left")
def test_columns_of_all_tables_stand_in_study_toml(tmp_path):
    found = read_study(study(tmp_path / "s", TOML))
    assert found.transcripts[0].turn_text(0) == "It took long."
    assert found.codebook.codes[0].definition == "w"
    assert [a.code_id for a in found.coding.applied] == ["Time/waiting"]


def test_columns_of_all_tables_stand_in_the_call_and_on_the_command_line(tmp_path, capsys):
    folder = study(tmp_path / "s")
    columns = {"codings": {"coder": "Hvem", "turn": "Tur"}, "codebook": {"definition": "Betyr"},
               "transcripts": {"text": "Svar", "speaker": "Navn"}}  # fmt: skip
    found = read_study(folder, columns=columns, read="all", as_written=["paths"])
    assert found.codebook.codes[0].definition == "w"
    assert found.codebook.ids == ("Time > waiting", "Time > deadlines")
    flags = [f"{table}.{meaning}={column}" for table, own in columns.items() for meaning, column in own.items()]
    assert (
        main(["run", str(folder), "--out", str(tmp_path / "out"), "--read", "all", "--unit", "x", "--columns", *flags])
        == 2
    )
    assert "unit must be" in capsys.readouterr().err  # so the folder was read


def test_advice_in_a_study_names_study_toml(tmp_path):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read_study(study(tmp_path / "s", TOML.replace('KL = "all"', "")))
    said = "".join(str(item.message) for item in caught)
    assert 'State it under [read] in study.toml: KL = "all"' in said
    assert 'To read it as written: as_written = ["paths"] under [codebook] in study.toml' in said
    with pytest.raises(InputError) as caught:
        read_study(study(tmp_path / "s", TOML, "Wer,Tur,Kode\nKL,1,x\n"))
    assert "must be 'Wer', 'Tur' or 'Kode'. Got 'Hvem'" in str(caught.value)
    with pytest.raises(InputError, match=r'or say coder = "\.\.\." under \[codings\] in study\.toml'):
        read_study(study(tmp_path / "s", "", "Wer,turn,Kode\nKL,1,x\n"))


@pytest.mark.filterwarnings("ignore:Reading left")
def test_a_coder_and_what_is_not_assumed_stand_in_study_toml(tmp_path):
    toml = TOML.replace('coder = "Hvem", ', "").replace("[codings]", '[codings]\ncoder = "KL"\nas_written = true')
    found = read_study(study(tmp_path / "s", toml, "Tur,Kode\n1,waiting\n"))
    assert found.coding.coders == ("KL",)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('codings = "x"', "codings must be written as [codings], with columns, sheet, as_written, program, coder"),
        ('[codings]\ncolums = {code = "x"}', "a name under [codings] must be 'columns'"),
        ('[codebook]\ncolumns = "x"', '[codebook] columns must be written as columns = {code = "Kode"}'),
        ('[codebook]\nas_written = "x"', '[codebook] as_written must be written as as_written = ["paths"], or true'),
    ],
)
def test_slips_in_options_are_listed(tmp_path, toml, message):
    with pytest.raises(InputError) as caught:
        read_study(study(tmp_path / "s", toml))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("caller", "said"),
    [("call", "columns={'code': 'Kode'}"), ("study", 'columns = {code = "Kode"} under [codings] in study.toml'),
     ("command", "--columns code=Kode")],
)  # fmt: skip
def test_a_way_is_worded_for_where_the_reader_was_called(caller, said):
    remarks = Remarks(caller=caller, part="codings")
    assert remarks.way("columns", "{'code': 'Kode'}") == said
    off = {"call": "['as above']", "study": '["as above"]', "command": "as-above"}[caller]
    assert off in remarks.way("as_written", "['as above']")
    assert Remarks().strictly(["as-above"]).off == {"as above"}
