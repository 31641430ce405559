"""Codebooks, codings and pairs of files in shapes that fell at first sight, and beside them what only looks like it."""

import json
import warnings

import docx
import openpyxl
import pytest

from alliance_nlp import InputError, compare_files
from alliance_nlp.reading import read_codebook

QUOTES = ("I rang three times.", "It had to be in by May.", "I was not sure of them.", "She believed me.")
A, B = ("Waiting", "Waiting", "Doubt", "Waiting"), ("Waiting", "Doubt", "Doubt", "Waiting")
# by hand: Waiting 3 of 4 agree, .75; chance .75 * .5 + .25 * .5 = .5; kappa .5; so for Doubt
KAPPA = {"Waiting": 0.5, "Doubt": 0.5}


def told(reader, *given, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = reader(*given, **options)
    return found, "".join(str(item.message) for item in caught)


def kappas(found):
    return {row["code"]: row["kappa"] for row in found.rows()}


def pair(tmp_path, one, other, name="{}.csv", **options):
    paths = []
    for who, text in (("KL", one), ("MR", other)):
        paths.append(tmp_path / name.format(who))
        paths[-1].write_text(text, encoding="utf-8")
    return compare_files(*paths, n_draws=50, **options)


def table(head, codes, quotes=QUOTES, sign=","):
    return "\n".join([sign.join(head), *(f'"{q}"{sign}"{c}"' for q, c in zip(quotes, codes, strict=True))])


@pytest.mark.parametrize(
    "short",
    [
        ("I rang…times.", "It had to … by May.", "I was not [...] of them.", "She believed me."),
        ("“I rang three times”", "It had to be in by May", "...not sure of them.", "She believed me!"),
    ],
)
def test_quotes_that_are_cut_short_or_have_other_ends_are_one_quote(tmp_path, short):
    found = pair(tmp_path, table(["quote", "code"], A), table(["quote", "code"], B, short))
    assert kappas(found) == pytest.approx(KAPPA)
    assert "cut short" in str(found)


def test_quotes_that_could_be_two_are_listed_and_not_joined(tmp_path):
    full, short = (
        ("I rang her and her son.", "I rang her and my son.", "Yes."),
        ("I rang her … son.", "No, no.", "Yes."),
    )
    found = pair(tmp_path, table(["quote", "code"], A[:3], full), table(["quote", "code"], B[:3], short))
    assert len(found.alone) == 4
    strict = ["quote ends", "ellipses"]
    with pytest.raises(InputError, match="is about the same words"):
        pair(
            tmp_path,
            table(["quote", "code"], A),
            table(["quote", "code"], B, [q.rstrip(".") for q in QUOTES]),
            as_written=strict,
        )


@pytest.mark.parametrize(
    "head",
    [
        ["Cytat", "Kod"],
        ["Sitaatti", "Koodit"],
        ["引用", "コード"],
        ["Цитата", "Код"],
        ["الاقتباس", "الرمز"],
        ["उद्धरण", "कोड"],
    ],
)
def test_headings_in_more_languages(tmp_path, head):
    assert kappas(pair(tmp_path, table(head, A), table(head, B))) == pytest.approx(KAPPA)


def test_a_column_that_both_files_have_tells_the_places(tmp_path):
    heads = ["Linha do diário", "Code"]
    found = pair(tmp_path, table(heads, A), table(heads, B))
    assert kappas(found) == pytest.approx(KAPPA)
    assert "'Linha do diário' was read as quote: both files have it" in " ".join(str(found).split())
    ids = pair(tmp_path, table(["Nr", "Code"], A, "1234"), table(["Nr", "Code"], B, "1234"))
    assert kappas(ids) == pytest.approx(KAPPA)
    for heads, cells in ((["Mood", "Code"], ("calm", "sad", "calm", "calm")), (["Nr", "Code"], "5678")):
        with pytest.raises(InputError, match="is about the same words"):
            pair(tmp_path, table(heads, A, "1234" if cells == "5678" else cells), table(heads, B, cells))


def test_several_columns_of_codes_and_plus_signs(tmp_path):
    two = [["quote", "Code 1", "Code 2"], ["quote", "Code 1", "Code 2"]]
    texts = ["\n".join([",".join(h), *(f'"{q}",{c},{"Hope" if n == 0 else ""}' for n, (q, c) in enumerate(zip(QUOTES, codes, strict=True)))])
             for h, codes in zip(two, (A, B), strict=True)]  # fmt: skip
    assert kappas(pair(tmp_path, *texts)) == pytest.approx({**KAPPA, "Hope": 1})
    plus = [
        table(["quote", "code"], [f"{c} + Hope" if n == 0 else "Hope" if n == 3 else c for n, c in enumerate(codes)])
        for codes in (A, B)
    ]
    assert set(kappas(pair(tmp_path, *plus))) == {"Waiting", "Doubt", "Hope"}
    kept = [
        table(["quote", "code"], ["C++", "C++", "Doubt", "C++"]),
        table(["quote", "code"], ["C++", "Doubt", "Doubt", "C++"]),
    ]
    assert set(kappas(pair(tmp_path, *kept))) == {"C++", "Doubt"}


def test_spans_of_one_text_are_units_by_their_offsets(tmp_path):
    text = " ".join(QUOTES)
    spans = [(text.index(q), text.index(q) + len(q)) for q in QUOTES]
    sides = [
        json.dumps({"id": 1, "text": text, "label": [[*span, code] for span, code in zip(spans, codes, strict=True)]})
        for codes in (A, B)
    ]
    found = pair(tmp_path, *sides, "{}.jsonl")
    assert kappas(found) == pytest.approx(KAPPA)
    assert "read as an export of doccano" in str(found)
    assert "What nobody coded stands in neither file" in str(found)


def test_the_page_is_no_wider_than_asked_and_commands_stay_whole(tmp_path):
    found = pair(tmp_path, table(["quote", "code"], A), table(["quote", "code"], B, [q.rstrip(".") for q in QUOTES]))
    assert max(map(len, str(found).splitlines())) <= 110
    assert max(map(len, found.to_text(80).splitlines())) <= 80
    assert "as_written=['quote ends']" in " ".join(str(found).split())


def placed(book):
    return [(code.theme, code.essence, code.code) for code in book]


TWO = [("Time", "", "Waiting"), ("Time", "", "Deadlines"), ("Trust", "", "Doubt")]


def word(tmp_path, *paragraphs):
    document = docx.Document()
    for style, words in paragraphs:
        document.add_paragraph(words, style=style)
    document.save(tmp_path / "codes.docx")
    return tmp_path / "codes.docx"


def test_headings_and_what_stands_below_them_are_a_codebook(tmp_path):
    path = word(
        tmp_path, ("Title", "Codebook"), ("Heading 1", "Time"), ("Heading 2", "Waiting"), ("Normal", "Definition: For an answer."),
        ("Normal", "Beispiel: I waited."), ("Heading 2", "Deadlines"), ("Normal", "By a day."), ("Heading 1", "Trust"), ("Heading 2", "Doubt"),
    )  # fmt: skip
    book, said = told(read_codebook, path)
    assert placed(book) == TWO
    assert book["Time/Waiting"].definition == "For an answer."
    assert book["Time/Waiting"].exemplars == ("I waited.",)
    assert book["Time/Deadlines"].definition == "By a day."
    assert "headings of a document were read as names" in said


def test_a_list_that_is_set_in_is_a_codebook_and_prose_is_none(tmp_path):
    items = [
        ("List Bullet", "Time"),
        ("List Bullet 2", "Waiting"),
        ("List Bullet 2", "Deadlines"),
        ("List Bullet", "Trust"),
        ("List Bullet 2", "Doubt"),
    ]
    assert placed(told(read_codebook, word(tmp_path, *items))[0]) == TWO
    for prose in (
        [("Heading 1", "Methods"), ("Normal", "We coded.")],
        [("Normal", "Words."), ("List Bullet", "one"), ("Normal", "More.")],
    ):
        with pytest.raises(InputError, match="holds no table"):
            read_codebook(word(tmp_path, *prose))


def test_cells_in_word_that_are_set_in_are_levels(tmp_path):
    document = docx.Document()
    rows = ["Name", "Time", "   Waiting", "   Deadlines", "Trust", "   Doubt"]
    grid = document.add_table(len(rows), 2)
    for at, words in enumerate(rows):
        grid.cell(at, 0).text, grid.cell(at, 1).text = words, "Description" if not at else ""
    document.save(tmp_path / "codes.docx")
    assert placed(told(read_codebook, tmp_path / "codes.docx")[0]) == TWO


def test_numbers_in_a_column_of_their_own_are_levels_and_ids_are_not(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("Nr;Code\n1;Time\n1.1;Waiting\n1.2;Deadlines\n2;Trust\n2.1;Doubt\n", encoding="utf-8")
    assert placed(told(read_codebook, path)[0]) == TWO
    path.write_text("Nr;Code;Score\n1;Time;1.1\n2;Waiting;1.2\n3;Deadlines;2.1\n", encoding="utf-8")
    assert {theme for theme, _, _ in placed(told(read_codebook, path)[0])} == {""}


def test_numbered_groups_and_headings_in_japanese(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Code", "Comment", "Code Group 1", "Code Group 2"],
        ["Waiting", "", "Time", None],
        ["Deadlines", "", "Time", None],
        ["Doubt", "", "Trust", None],
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert placed(told(read_codebook, tmp_path / "a.xlsx")[0]) == TWO
    (tmp_path / "b.csv").write_text(
        "カテゴリー,コード,定義\nTime,Waiting,返事\n,Deadlines,日\nTrust,Doubt,不確か\n", encoding="utf-8"
    )
    found, _ = told(read_codebook, tmp_path / "b.csv")
    assert placed(found) == TWO
    assert found["Trust/Doubt"].definition == "不確か"


def test_a_plain_list_with_what_its_codes_mean(tmp_path):
    path = tmp_path / "codes.txt"
    path.write_text(
        "Time\n- Waiting: to wait for an answer\n- Deadlines: until a day\nTrust\n- Doubt: not being sure\n",
        encoding="utf-8",
    )
    book, said = told(read_codebook, path)
    assert placed(book) == TWO
    assert book["Trust/Doubt"].definition == "not being sure"
    assert "behind a colon or a dash" in said
    assert not any(code.definition for code in told(read_codebook, path, as_written=["definitions"])[0])
    path.write_text("Time: Waiting\nTime: Deadlines\nTrust: Doubt\n", encoding="utf-8")
    assert placed(told(read_codebook, path)[0]) == TWO
    path.write_text("at 10:30\nDr. Who: the man\nTrust\n", encoding="utf-8")
    assert not any(code.definition for code in told(read_codebook, path)[0])


def test_the_heading_of_a_path_may_be_one(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text(
        "Thème → code;Définition\nTime → Waiting;a\nTime → Deadlines;b\nTrust → Doubt;c\n", encoding="utf-8"
    )
    assert placed(told(read_codebook, path)[0]) == TWO


def test_a_slash_joins_codes_where_each_stands_alone_as_well_and_is_a_path_elsewhere(tmp_path):
    joined = [table(["quote", "code"], [*codes[:3], "Waiting / Doubt"]) for codes in (A, B)]
    assert set(kappas(pair(tmp_path, *joined))) == {"Waiting", "Doubt"}
    paths = [table(["quote", "code"], [f"Time / {c}" for c in codes]) for codes in (A, B)]
    assert set(kappas(pair(tmp_path, *paths))) == {"Time/Waiting", "Time/Doubt"}


@pytest.mark.parametrize("head", ["Kod KL", "Koder", "Codes KL"])
def test_a_column_that_begins_with_code_is_that(tmp_path, head):
    assert kappas(pair(tmp_path, table(["quote", head], A), table(["quote", head], B))) == pytest.approx(KAPPA)


def test_ones_and_noughts_with_a_point(tmp_path):
    rows = [[["1.0" if c == code else "0.0" for code in ("Waiting", "Doubt")] for c in codes] for codes in (A, B)]
    sides = [
        "\n".join(["quote,Waiting,Doubt", *(f'"{q}",{",".join(row)}' for q, row in zip(QUOTES, own, strict=True))])
        for own in rows
    ]
    assert kappas(pair(tmp_path, *sides)) == pytest.approx(KAPPA)


def test_bold_lines_head_the_lists_below_them(tmp_path):
    document = docx.Document()
    for words, style in (
        ("Time", None),
        ("Waiting – for an answer", "List Bullet"),
        ("Deadlines – by a day", "List Bullet"),
        ("Trust", None),
        ("Doubt – not sure", "List Bullet"),
    ):
        document.add_paragraph(style=style).add_run(words).bold = style is None
    document.save(tmp_path / "codes.docx")
    book = told(read_codebook, tmp_path / "codes.docx")[0]
    assert placed(book) == TWO
    assert book["Trust/Doubt"].definition == "not sure"


@pytest.mark.parametrize("sign", ["、", "，", "；", "،"])
def test_commas_of_other_scripts_join_codes(tmp_path, sign):
    sides = [
        table(["quote", "code"], [f"{c}{sign}Hope" if n == 0 else "Hope" if n == 3 else c for n, c in enumerate(codes)])
        for codes in (A, B)
    ]
    assert set(kappas(pair(tmp_path, *sides))) == {"Waiting", "Doubt", "Hope"}


def test_quotes_in_brackets_of_japan(tmp_path):
    quotes = ("三回電話しました。", "五月までに出しました。", "分かりませんでした。", "信じてくれました。")
    found = pair(
        tmp_path, table(["発言", "コード"], A, quotes), table(["発言", "コード"], B, [f"「{q[:-1]}」" for q in quotes])
    )
    assert kappas(found) == pytest.approx(KAPPA)


def test_a_heading_with_a_word_for_quotes_holds_them(tmp_path):
    heads = ["Innehållet i citatet: citat", "Code"]
    found = pair(tmp_path, table(heads, A), table(["quote", "Code"], B))
    assert kappas(found) == pytest.approx(KAPPA)
    with pytest.raises(InputError, match="is about the same words"):
        pair(tmp_path, table(["Citat nr", "Code"], A, "1234"), table(["quote", "Code"], B))


def test_a_column_that_the_caller_names_keeps_its_name(tmp_path):
    found = pair(tmp_path, table(["quote", "Kod KL"], A), table(["quote", "Kod KL"], B), columns={"code": "Kod KL"})
    assert kappas(found) == pytest.approx(KAPPA)
    two = ["quote,Code 1,Code 2", *(f'"{q}",{c},Hope' for q, c in zip(QUOTES, A, strict=True))]
    given = pair(tmp_path, "\n".join(two), table(["quote", "Code 1"], B), columns={"code": "Code 1"})
    assert kappas(given) == pytest.approx(KAPPA)
