"""Codebooks and codings in shapes met later: in Word, with groups, other signs, columns of coders."""

import warnings

import docx
import openpyxl
import pytest

from alliance_nlp import InputError, ReadSpan, Transcript, Turn
from alliance_nlp.reading import read_codebook, read_codings, read_transcripts


def told(reader, *given, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = reader(*given, **options)
    return found, "".join(str(item.message) for item in caught)


def csv(tmp_path, text, name="t.csv"):
    (tmp_path / name).write_bytes(text.encode("utf-8"))
    return tmp_path / name


def word(tmp_path, *tables, merge=(), above=()):
    """Save a Word file of tables; `merge` are pairs of cells of the first one, `above` a heading for each."""
    document = docx.Document()
    for number, rows in enumerate(tables):
        if number < len(above):
            document.add_heading(above[number])
        table = document.add_table(len(rows), len(rows[0]))
        for at, row in enumerate(rows):
            for cell, words in zip(table.rows[at].cells, row, strict=True):
                cell.text = words
        for first, last in merge if not number else ():
            table.cell(*first).merge(table.cell(*last))
        document.add_paragraph("")
    document.save(tmp_path / "codebook.docx")
    return tmp_path / "codebook.docx"


FOUR = ("Zeit/Warten", "Zeit/Frist", "Vertrauen/Zweifel", "Vertrauen/Glaube")


@pytest.mark.parametrize(
    "text",
    [
        "Hauptkategorie;Unterkategorie;Definition\nZeit;Warten;a\nZeit;Frist;b\nVertrauen;Zweifel;c\nVertrauen;Glaube;d\n",
        "Category,Subcategory\nZeit,Warten\n,Frist\nVertrauen,Zweifel\n,Glaube\n",
        "Code\nZeit--Warten\nZeit--Frist\nVertrauen--Zweifel\nVertrauen--Glaube\n",
        "Code\nZeit__Warten\nZeit__Frist\nVertrauen__Zweifel\nVertrauen__Glaube\n",
        "Kode\nZeit — Warten\nZeit — Frist\nVertrauen — Zweifel\nVertrauen — Glaube\n",
        "Code;Code;Memo\nZeit;Warten;a\nZeit;Frist;b\nVertrauen;Zweifel;c\nVertrauen;Glaube;d\n",
        "Code;Comment;Code Groups\nWarten;a;Zeit\nFrist;b;Zeit\nZweifel;c;Vertrauen\nGlaube;d;Vertrauen\n",
        "Code System;Frequency\nZeit\\Warten;3\nZeit\\Frist;2\nVertrauen\\Zweifel;1\nVertrauen\\Glaube;1\n",
        "Kategori > Kode,Beskrivelse\nZeit > Warten,a\nZeit > Frist,b\nVertrauen > Zweifel,c\nVertrauen > Glaube,d\n",
        "Category/Code\nZeit/Warten\nZeit/Frist\nVertrauen/Zweifel\nVertrauen/Glaube\n",
        "Kode;Gruppen;Codegruppen\nWarten;x;Zeit\nFrist;x;Zeit\nZweifel;x;Vertrauen\nGlaube;x;Vertrauen\n",
    ],
)
def test_two_levels_however_they_are_written(tmp_path, text):
    book, _ = told(read_codebook, csv(tmp_path, text))
    assert book.ids == FOUR
    assert [code.code for code in book] == ["Warten", "Frist", "Zweifel", "Glaube"]


@pytest.mark.parametrize(
    "text",
    [
        "Code\nwell--known\nwaiting\ntrust\n",
        "Code\nwaiting__alone\ntrust__him\ndoubt\nfear\nhope\n",
        "Code\ncard_arrival\ncard_lost\ncard_stolen\n",
    ],
)
def test_signs_with_other_uses_need_most_rows_and_a_parent_that_recurs(tmp_path, text):
    assert told(read_codebook, csv(tmp_path, text))[0].ids == tuple(text.split()[1:])


def test_three_columns_called_code_are_levels_and_may_be_refused(tmp_path):
    text = "Code;Code;Code;Description\nTime;Waiting;Alone;long\nTime;Waiting;Together;x\nTrust;Doubt;;y\n"
    book, warned = told(read_codebook, csv(tmp_path, text))
    assert book.ids == ("Time/Waiting/Alone", "Time/Waiting/Together", "Trust/Doubt")
    assert "3 columns are called 'Code': each was read as the level below the one before" in warned
    assert not any("all but the first" in row["why"] for row in book.report)


def test_a_code_in_several_groups_has_no_theme_and_is_listed(tmp_path):
    path = csv(tmp_path, 'Code;Code Groups\nWaiting;Time\nDeadline;"Time\nTrust"\nDoubt;Trust\nOther;\n')
    book, warned = told(read_codebook, path)
    assert book.ids == ("Time/Waiting", "Deadline", "Trust/Doubt", "Other")
    assert "codes in several groups have no theme (row 3). Write it in a column 'theme'" in warned
    assert told(read_codebook, path, as_written=["groups"])[0].ids == ("Waiting", "Deadline", "Doubt", "Other")
    beside = csv(tmp_path, "Theme;Code;Code Groups\nLife;Waiting;Time\nLife;Doubt;Trust\n", "b.csv")
    assert told(read_codebook, beside)[0].ids == ("Life/Waiting", "Life/Doubt")


def test_comments_are_what_a_code_means_where_no_column_says_it(tmp_path):
    assert told(read_codebook, csv(tmp_path, "Code;Comment\na;long\n"))[0].codes[0].definition == "long"
    both = told(read_codebook, csv(tmp_path, "Code;Comment;Definition\na;mine;long\n"))[0].codes[0]
    assert (both.definition, both.notes) == ("long", "mine")


def test_a_codebook_in_word_with_merged_themes(tmp_path):
    rows = [["Thema", "Kode", "Definition"], ["Zeit", "Warten", "a"], ["", "Frist", "b"], ["Vertrauen", "Zweifel", "c"],
            ["", "Glaube", "d"]]  # fmt: skip
    path = word(tmp_path, rows, merge=[((1, 0), (2, 0)), ((3, 0), (4, 0))])
    book, warned = told(read_codebook, path)
    assert book.ids == FOUR
    assert "codebook.docx: merged cells: their value was read for each of their rows (rows 3, 5)" in warned
    assert [code.definition for code in book] == ["a", "b", "c", "d"]
    assert told(read_codebook, path, as_written=True)[0].ids == ("Zeit/Warten", "Frist", "Vertrauen/Zweifel", "Glaube")


HEADED = [["Kode", "Definition", "Beispiel"], ["Zeit", "", ""], ["Warten", "a", "x"], ["Frist", "b", ""],
          ["Vertrauen", "", ""], ["Zweifel", "c", ""], ["Glaube", "d", ""]]  # fmt: skip


def test_rows_of_one_cell_over_all_columns_head_those_below(tmp_path):
    path = word(tmp_path, HEADED, merge=[((1, 0), (1, 2)), ((4, 0), (4, 2))])
    book, warned = told(read_codebook, path)
    assert book.ids == FOUR
    assert "rows of one cell over all columns (rows 2, 5) head those below (rows 3, 4, 6, 7)" in warned
    workbook = openpyxl.Workbook()
    for row in [["Codebook of the study", "", ""], *HEADED]:
        workbook.active.append(row)
    for area in ("A1:C1", "A3:C3", "A6:C6"):
        workbook.active.merge_cells(area)
    workbook.save(tmp_path / "codebook.xlsx")
    assert told(read_codebook, tmp_path / "codebook.xlsx")[0].ids == FOUR


def test_tables_of_a_document_are_themes_or_go_on(tmp_path):
    each = (
        [["Kode", "Definition"], ["Warten", "a"], ["Frist", "b"]],
        [["Kode", "Definition"], ["Zweifel", "c"], ["Glaube", "d"]],
    )
    book, warned = told(read_codebook, word(tmp_path, *each, above=("Zeit", "Vertrauen")))
    assert book.ids == FOUR
    assert "each of 2 tables holds the codes of the theme that it is called" in warned
    goes_on = [["Thema", "Kode"], ["Zeit", "Warten"], ["Zeit", "Frist"]]
    more = [["Thema", "Kode"], ["Vertrauen", "Zweifel"], ["Vertrauen", "Glaube"]]
    book, warned = told(read_codebook, word(tmp_path, goes_on, more, [["Version", "Datum"], ["1", "Mai"]]))
    assert book.ids == FOUR
    assert "has 3 tables; only 'table 1' was read, not 'table 3'" in warned.replace("'table 2', ", "")
    assert [row["why"][:43] for row in book.report if row["kind"] == "guessed"] == [
        "2 tables with the same headings were read a"
    ]


def test_a_document_without_a_table_is_no_codebook(tmp_path):
    document = docx.Document()
    document.add_paragraph("Waiting: long")
    document.save(tmp_path / "codebook.docx")
    with pytest.raises(
        InputError, match=r"codebook.docx holds no table. A codebook or codings in a document must stand"
    ):
        read_codebook(tmp_path / "codebook.docx")


def test_a_speaker_in_a_merged_cell_of_word_speaks_in_all_of_its_rows(tmp_path):
    rows = [["Zeit", "Sprecher", "Text"], ["0:03", "Eva", "Was war schwer?"], ["0:05", "", "Und warum?"],
            ["0:09", "Jan", "Das Warten."],
            ["0:11", "Eva", "Und dann?"]]  # fmt: skip
    (transcript,), _ = told(read_transcripts, word(tmp_path, rows, merge=[((1, 1), (2, 1))]))
    assert [turn.speaker for turn in transcript.turns] == ["Eva", "Eva", "Jan", "Eva"]
    assert any(row["why"] == "merged cells: who speaks was read for 1 more row" for row in transcript.report.rows())


WORDS = (
    "What was hard?",
    "The long wait for an answer, week by week.",
    "",
    "And then?",
    "I trusted her. I waited.",
    "",
    "I waited.",
)


def talk():
    turns, at = [], 0
    for number, words in enumerate(WORDS):
        if words:
            turns.append(
                Turn(
                    at,
                    at + len(words),
                    "I" if number in (0, 3) else "P1",
                    "moderator" if number in (0, 3) else "participant",
                )
            )
        at += len(words) + 1
    return Transcript("T1", "\n".join(WORDS), tuple(turns), source="T1.txt")


def spans(tmp_path, text, **options):
    coding, warned = told(read_codings, csv(tmp_path, text), talk(), **options)
    return [(a.coder, talk().text[a.start : a.end], a.code_id) for a in coding.applied], warned, coding


@pytest.mark.parametrize(
    ("header", "coders"),
    [
        ("coder_KL;coder_MR", ("KL", "MR")), ("Coder KL;Coder MR", ("KL", "MR")),
        ("Kodierer_KL;Kodierer_MR", ("KL", "MR")),
        ("rater-Ann;rater-Bo", ("Ann", "Bo")), ("coder_1;coder_2", ("coder_1", "coder_2")),
        ("coder_A;coder_2", ("coder_A", "coder_2")),
        ("coder_KL;rater_MR", ("coder_KL", "rater_MR")), ("coder_kl;coder_KL ", ("coder_kl", "coder_KL")),
    ],
)  # fmt: skip
def test_columns_of_coders_are_called_by_what_tells_them_apart(tmp_path, header, coders):
    found, warned, coding = spans(tmp_path, f"quote;{header}\nThe long wait;Time;Trust\nI trusted her;;Trust\n")
    assert coding.coders == coders
    assert found[0] == (coders[0], "The long wait", "Time")
    assert f"it is not stated what {', '.join(coders)} read (1 blank cell)" in warned


def test_who_read_may_be_stated_by_column_or_by_name(tmp_path):
    text = "quote;coder_KL;coder_MR;coders_present\nThe long wait;Time;Trust;KL|coder_MR\n"
    start, end = talk().turns[1].start, talk().turns[1].start + len("The long wait")
    assert spans(tmp_path, text)[2].read == (ReadSpan("KL", "T1", start, end), ReadSpan("MR", "T1", start, end))
    text = "quote;coder_KL;coder_MR\nThe long wait;Time;Trust\n"
    for read in ({"coder_KL": "all", "MR": "all"}, {"KL": "all", "coder_MR": "all"}):
        assert {span.coder for span in spans(tmp_path, text, read=read)[2].read} == {"KL", "MR"}


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("The long wait … week by week", "The long wait for an answer, week by week"),
        ("The long wait [...] by week.", "The long wait for an answer, week by week."),
        ("The long (…) answer ... week", "The long wait for an answer, week"),
        ("... wait for an answer", "wait for an answer"),
        ("the LONG wait...", "The long wait"),
    ],
)
def test_quotes_with_words_left_out_go_from_the_first_to_the_last(tmp_path, quote, words):
    found, warned, _ = spans(tmp_path, f"coder;quote;code\nKL;{quote};Time\n")
    assert found == [("KL", words, "Time")]
    assert "quotes with ... or [...] were read from their first to their last words (row 2)" in warned
    with pytest.raises(InputError, match=r"row 2: the quote \(\d+ characters\) is not in 'T1'"):
        read_codings(csv(tmp_path, f"coder;quote;code\nKL;{quote};Time\n"), talk(), as_written=["ellipses"])


@pytest.mark.parametrize(
    "quote", ["What was hard … answer", "week … wait for an", "... I ...", "nobody … said this at all"]
)
def test_quotes_that_skip_over_turns_or_backwards_are_nowhere(tmp_path, quote):
    with pytest.raises(InputError, match="row 2: the quote"):
        read_codings(csv(tmp_path, f"coder;quote;code\nKL;{quote};Time\n"), talk())


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (
            "Absatz;Code;Codierer\n2;Time;KL\n7;Trust;KL\n",
            ["The long wait for an answer, week by week.", "I waited."],
        ),
        ("paragraph,code,coder\n¶ 2,Time,KL\n", ["The long wait for an answer, week by week."]),
        ("avsnitt;quote;kode;coder\n7;I waited.;Trust;KL\n5;I waited.;Trust;KL\n", ["I waited.", "I waited."]),
        ("Document name;Beginning;Segment;Code;Created by\nT1;7;I waited.;Time;KL\n", ["I waited."]),
    ],
)
def test_numbers_of_paragraphs_are_places(tmp_path, rows, found):
    told_spans, _, coding = spans(tmp_path, rows)
    assert [words for _, words, _ in told_spans] == found
    if "quote" in rows or "Segment" in rows:  # the last paragraph, and the end of the one before
        assert coding.applied[0].start == talk().turns[4].start


def test_paragraphs_that_may_be_counted_in_two_ways_are_a_fault(tmp_path):
    with pytest.raises(
        InputError, match="row 2: paragraph '4' of 'T1' may be counted with blank lines or without them. Give"
    ):
        read_codings(csv(tmp_path, "paragraph,code,coder\n4,Time,KL\n"), talk())
    with pytest.raises(InputError, match="row 2: paragraph '99' of 'T1' is none, or holds nothing that is said"):
        read_codings(csv(tmp_path, "paragraph,code,coder\n99,Time,KL\n"), talk())


def test_label_studio_writes_json_into_a_cell_of_its_csv(tmp_path):
    held = '"[{""start"":4,""end"":13,""text"":""long wait"",""labels"":[""Time"",""Waiting""]}]"'
    text = "text,id,label,annotator,annotation_id,created_at,lead_time\n"
    text += f'"{WORDS[1]}",1,{held},KL,5,2024-03-12T14:05:00.5Z,12.3\n'
    found, _, coding = spans(tmp_path, text)
    assert found == [("KL", "long wait", "Time"), ("KL", "long wait", "Waiting")]
    assert coding.applied[0].date.isoformat() == "2024-03-12"
    other = text.replace(",label,", ",ner,").replace("12.3\n", f'12.3\n"{WORDS[4]}",2,"[]",KL,6,,1\n')
    assert spans(tmp_path, other)[0] == found


def test_a_category_between_two_others_is_the_essence(tmp_path):
    text = "Oberkategorie;Kategorie;Unterkategorie\nA;Time;Waiting\nA;Time;Deadline\nB;Trust;Doubt\n"
    assert told(read_codebook, csv(tmp_path, text))[0].ids == ("A/Time/Waiting", "A/Time/Deadline", "B/Trust/Doubt")


def test_a_column_of_segments_may_hold_their_words_and_quotes_may_stand_in_quotation_marks(tmp_path):
    found, _, _ = spans(tmp_path, "Segment;Kode;Kodierer\nThe long wait;Time;KL\n„I trusted her“;Trust;KL\n")
    assert found == [("KL", "The long wait", "Time"), ("KL", "I trusted her", "Trust")]
    with pytest.raises(InputError, match="row 2: segment 'x9' is not of the form"):
        read_codings(csv(tmp_path, "Segment;Kode;Kodierer\nx9;Time;KL\n"), talk())
