"""Names, titles and words that a page, a spreadsheet, a script or a figure would take for its own: they stay words."""

import ast
import csv
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from markdown_it import MarkdownIt

import alliance_nlp as an

TITLE = "A \"study\" '''\nimport os; os.system('x')\n# $5 & $6 <img src=x onerror=alert(1)>"
THEMES = ("Time $5 & $6 <script>alert(1)</script>", "Trust_^{$\\frac{1}{")
CODES = ("cost $5 & $6", "a_b^c $\\frac{1}$", "x\\$y_{", "=cmd|' /C calc'!A0", "<b onclick=x>", "@SUM(1)")
SPEAKERS = ("Ann $1$ & $x_{", "<img src=x onerror=alert(1)>", "=1+1")
WORDS = ("we wait for time $5 & $6", "trust *is* slow <b>_x_</b> `a`", "=2+5+cmd|x")
NOT_RUN = re.compile(r"[\s'-]?[\d.e-]*$|[^=+@\t\r-]")


@pytest.fixture(scope="module")
def hostile():
    texts = [f"{WORDS[i % 3]} {i}" for i in range(60)]
    turns, at = [], 0
    for i, said in enumerate(texts):
        turns.append(an.Turn(at, at + len(said), SPEAKERS[i % 3], "participant"))
        at += len(said) + 1
    t = an.Transcript("T $a$ (i)", "\n".join(texts), tuple(turns))
    themes = tuple(an.Theme(name, description=f"<img src=x>\n\n# {name}") for name in THEMES)
    book = an.Codebook(tuple(an.Code(THEMES[i % 2], f"ess $_{i}$", name) for i, name in enumerate(CODES)), themes)
    spans = [
        an.CodedSpan(coder, t.id, turn.start, turn.end, book.ids[(i + (coder != "KL $5" and i % 5 == 0)) % len(CODES)])
        for coder in ("KL $5", "MR $_")
        for i, turn in enumerate(turns)
    ]
    coding = an.Coding(tuple(spans), tuple(an.ReadSpan(c, t.id, 0, at - 1) for c in ("KL $5", "MR $_")), book)
    return an.Study((t,), book, coding, title=TITLE, same_people=True)


@pytest.fixture(scope="module")
def compared(hostile):
    coding = hostile.coding
    segments = an.segment(hostile.transcripts)
    return an.compare(
        coding.by("KL $5"), coding.by("MR $_"), segments=segments, study=hostile, n_draws=20, n_permutations=19
    )


@pytest.fixture(scope="module")
def written(hostile, compared, tmp_path_factory):
    home = tmp_path_factory.mktemp("hostile")
    file = home / "d.jsonl"
    an.record_decision(file, "rename", code=hostile.codebook.ids[0], to="<img src=y>", by="<i>KL", of=hostile.codebook)
    an.write_report(compared, home / "report", study=hostile)
    an.write_audit_trail(hostile, home / "trail", comparison=compared, ledger=file)
    an.tabulate_codings(hostile, compared.segments).write(home / "coded")
    (home / "pages").mkdir()
    (home / "pages" / "pack.html").write_text(an.member_check_pack(hostile, SPEAKERS[0]).to_html(), encoding="utf-8")
    for n, table in enumerate((compared.per_code, hostile.codebook.table(), hostile.coding.table())):
        table.to_csv(home / f"table{n}.csv")
    return home


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.foreign = []

    def handle_starttag(self, tag, attrs):
        ours = dict(attrs).get("src", "").startswith("data:image/svg+xml;base64,")
        if (tag == "img" and not ours) or tag in ("b", "i") or any(name.startswith("on") for name, _ in attrs):
            self.foreign.append((tag, attrs))


def test_no_page_takes_a_name_for_html(written):
    pages = [*written.rglob("*.html")]
    assert len(pages) == 2
    for page in pages:
        text, tags = page.read_text(encoding="utf-8"), Tags()
        tags.feed(text)
        assert tags.foreign == [], page.name
        assert "alert(1)</script>" not in text
        assert "Content-Security-Policy" in text


def test_no_markdown_takes_a_name_for_html_or_for_a_heading(written):
    files = [*written.rglob("*.md")]
    assert {"report.md", "README.md", "methods.md", "coreq.md", "themes.md", "codebook_versions.md"} <= {
        file.name for file in files
    }
    for file in files:
        found = MarkdownIt("commonmark", {"html": True}).enable("table").parse(file.read_text(encoding="utf-8"))
        flat = [*found, *(child for token in found for child in token.children or ())]
        assert [t.content for t in flat if t.type in ("html_block", "html_inline")] == [], file.name
        heads = [found[i + 1].content for i, token in enumerate(found) if token.type == "heading_open"]
        assert not any(head.startswith(("import", "$5", "Trust")) for head in heads if file.name == "README.md")


def test_no_cell_of_a_table_runs(written):
    files = [*written.rglob("*.csv")]
    assert len(files) > 15
    for file in files:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            for row in csv.reader(opened):
                assert all(NOT_RUN.match(cell) for cell in row), file.name


def test_the_script_of_a_trail_holds_no_word_of_the_study_as_code(written):
    script = ast.parse((written / "trail" / "rerun.py").read_text(encoding="utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(script) if isinstance(node, ast.Call)}
    assert not {name for name in called if name.startswith("os")}
    assert {a.name for node in ast.walk(script) if isinstance(node, ast.Import) for a in node.names} == {
        "json", "sys", "alliance_nlp",
    }  # fmt: skip


def drawn_texts(ax):
    """Give every text of the figure of some axes, drawn once so that ticks have theirs."""
    import matplotlib.text

    ax.figure.canvas.draw()
    return [text for text in ax.figure.findobj(matplotlib.text.Text) if text.get_text()]


def test_no_figure_takes_a_name_for_mathematics(hostile, compared):
    """matplotlib reads what stands between two dollars as a formula, and stops at what is none."""
    from matplotlib.cbook import is_math_text

    segments = compared.segments
    vectors = np.random.default_rng(0).normal(size=(len(segments), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    clusters = an.cluster(an.Embeddings(segments, vectors, an.EncoderInfo("example", "1")))
    axes = [an.plot_agreement(compared), an.plot_relations(an.relate_themes(hostile)), an.plot_hierarchy(clusters),
            an.plot_map(clusters, codes=hostile.coding.by("KL $5"), level="code")]  # fmt: skip
    shown = [text.get_text() for ax in axes for text in drawn_texts(ax)]
    assert any("\\$5 & \\$6" in text for text in shown)
    assert any("KL" in text for text in shown)
    assert [text for text in shown if is_math_text(text)] == []


def test_a_project_and_a_codebook_give_every_name_back(hostile, tmp_path):
    an.write_qdpx(hostile, tmp_path / "s.qdpx")
    back = an.read_qdpx(tmp_path / "s.qdpx").study
    assert back.codebook.ids == hostile.codebook.ids
    assert back.transcripts[0].text == hostile.transcripts[0].text
    an.write_qdc(hostile.codebook, tmp_path / "s.qdc")
    assert sorted(code.name for code in an.read_qdc(tmp_path / "s.qdc")) == sorted(CODES)


@pytest.mark.parametrize("name", ["more.txt", "codings.csv", "transcripts"])
def test_a_link_to_nothing_is_said(name, tmp_path):
    (tmp_path / "talk.txt").write_text("Moderator: Why?\n\nAnn: It takes time.\n", encoding="utf-8")
    (tmp_path / name).symlink_to(tmp_path / "nowhere")
    with pytest.raises(an.InputError, match=f"1 link to nothing: {name}. What they led to was moved or removed"):
        an.read_study(tmp_path)


def test_names_of_files_that_hold_no_letters_are_said_and_can_be_written(tmp_path):
    (tmp_path / "a\nb.txt").write_text("Ann: One.\n\nBo: Two.\n", encoding="utf-8")
    with pytest.warns(an.AllianceWarning, match="its name holds what cannot be written; the transcript is called"):
        (made,) = an.read_transcripts(tmp_path)
    assert made.id == "a\ufffdb"
    bad = os.fsdecode(os.fsencode(tmp_path) + b"/t\xff.txt")
    try:
        Path(bad).write_text("Cy: One.\n\nDi: Two.\n", encoding="utf-8")
    except OSError:
        pytest.skip("this disk has names in letters only")
    with pytest.warns(an.AllianceWarning, match="Rename the file"):
        (made,) = an.read_transcripts(bad)
    assert (made.id, made.source) == ("t\ufffd", "t\ufffd.txt")
    an.write_audit_trail(an.Study((made,)), tmp_path / "trail")
    assert (tmp_path / "trail" / "1_raw_data" / "transcripts.csv").is_file()
