"""write_report(): what is in it, that words of a study are never markup or formulas, privacy, and equal bytes."""

import csv
import hashlib
import html.parser
import io
import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest
from reported_study import make_book, make_clusters, make_comparison, make_mapping, make_study, texts_of

from alliance_nlp.comparison import compare
from alliance_nlp.errors import InputError
from alliance_nlp.files import FileError
from alliance_nlp.records import Table
from alliance_nlp.records.tables import guarded, in_markdown
from alliance_nlp.reports import page_text, write_report
from alliance_nlp.reports.document import grid_of
from alliance_nlp.reports.showing import show_page

NAMES = "http://www.w3.org/"  # of kinds of elements, as a script makes them; nobody goes there
SENTINEL = "xylophonequark"
ATTACK = "</blockquote><script>alert(document.cookie)</script><img src=x onerror=alert(1)> =HYPERLINK(1) | `x` [a](b) *"


class Page(html.parser.HTMLParser):
    """What a browser would make of the page: its elements, their attributes, and its visible words."""

    VOID = frozenset({"meta", "img", "br", "link", "input"})

    def __init__(self, text):
        super().__init__()
        self.elements, self.words, self.open, self.styles, self.data = [], [], [], [], []
        self.feed(text)
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.elements and self.elements[-1][1].get("type") == "application/json" and self.open[-1] == "script":
            self.data.append(data)
        else:
            (self.styles if self.open and self.open[-1] in ("style", "script") else self.words).append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def read(folder, name):
    return (Path(folder) / name).read_text(encoding="utf-8")


def rows_of(folder, name):
    return list(csv.DictReader(io.StringIO((Path(folder) / "tables" / name).read_bytes().decode("utf-8-sig"))))


def everything(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="module")
def comparison():
    return make_comparison()


@pytest.fixture(scope="module")
def written(comparison, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    assert write_report(comparison, folder, study=make_study(comparison, synthetic=True)) == folder / "report.html"
    return folder


# --- what is in it ---------------------------------------------------------------------------------------------------


def test_the_folder_holds_page_markdown_figures_tables_and_manifest(written):
    names = set(everything(written))
    pictures = {f"figures/{n}.{k}" for n in ("agreement", "map_clusters", "map_themes", "themes_and_clusters")
                for k in ("png", "svg")}  # fmt: skip
    tables = {f"tables/{n}.csv" for n in (
        "per_code", "per_essence", "per_theme", "overall", "theme_recovery", "cluster_verdicts", "per_participant",
        "per_session", "disagreements", "prevalence", "lost_spans", "clusters", "segments", "links")}  # fmt: skip
    assert names == {"report.html", "report.md", "manifest.json"} | pictures | tables


def test_the_top_says_what_it_is(written):
    page = Page(read(written, "report.html"))
    start = page.text.index("Skip to the content")
    top = page.text[start : page.text.index("At a glance", page.text.index("Material"))]
    for words in (
        "Machine suggestions, for people to judge", "A made-up study", "Suggestions, not findings", "Synthetic study",
        "no evidence of quality", "24 turns of 3 people in 1 transcript", "3 themes, 3 codes",
        "3 (recipe consensus)", "100% of 23 segments in a cluster", "1 near-empty turn", "example@abc123",
        "alliance_nlp 0.",
    ):  # fmt: skip
        assert words in top
    markdown = read(written, "report.md")
    assert "no evidence of quality" in markdown
    assert "Suggestions, not findings" in markdown


def test_only_a_synthetic_study_has_the_banner(comparison, tmp_path):
    write_report(comparison, tmp_path, study=make_study(comparison))
    assert "Synthetic study" not in read(tmp_path, "report.html")
    assert json.loads(read(tmp_path, "manifest.json"))["synthetic"] is False


def test_the_figures_of_the_main_table_are_those_of_the_comparison(written, comparison):
    for shown, row in zip(rows_of(written, "per_theme.csv"), comparison.per_theme.rows(), strict=True):
        assert shown["code"] == row["code"]
        assert float(shown["kappa"]) == row["kappa"]
        assert float(shown["kappa_interval_low"]) == pytest.approx(row["kappa_interval"][0], nan_ok=True)
        assert int(shown["n_both"]) == row["n_both"]


def test_clusters_show_keywords_speakers_and_quotes_with_their_source(written, comparison):
    text = Page(read(written, "report.html")).text
    shown = [segment for segment in comparison.segments if f"{segment.speaker} · T1 · {segment.id}" in text]
    assert len(shown) >= 6
    assert all(segment.text in text for segment in shown)
    assert "Cluster 0 · 8 segments" in text
    assert "Keywords" in text


def test_all_disagreements_are_in_the_table_and_the_first_on_the_page(written, comparison):
    rows = rows_of(written, "disagreements.csv")
    assert len(rows) == len(comparison.disagreements)
    assert [r["quote"] for r in rows] == [r["quote"] for r in comparison.disagreements.rows()]
    page = Page(read(written, "report.html"))
    assert sum(attributes.get("id", "").startswith("disagreement-") for attributes in page.all("article")) == len(rows)
    assert "What helps?" in page.text


def test_clusters_alone_make_a_report_without_agreement(tmp_path):
    write_report(make_clusters(texts_of(12)), tmp_path)
    text = Page(read(tmp_path, "report.html")).text
    assert "without a codebook" in text
    assert "No person's coding was given" in text
    assert "Agreement per" not in text
    assert {p.name for p in (tmp_path / "tables").iterdir()} == {"clusters.csv", "segments.csv", "coding_sheet.csv"}
    assert {p.name for p in (tmp_path / "figures").iterdir()} == {"map_clusters.png", "map_clusters.svg"}


def test_a_mapping_makes_a_report_with_links(tmp_path):
    clusters = make_clusters(texts_of(12), n_clusters=2)
    write_report(make_mapping(clusters, make_book()), tmp_path)
    text = Page(read(tmp_path, "report.html")).text
    assert "Suggested links between clusters and codes" in text
    assert "with suggested links to the codebook" in text
    assert rows_of(tmp_path, "links.csv")[-1]["verdict"] == "linked to none"


def test_two_people_without_a_machine_make_a_report(comparison, tmp_path):
    people = comparison.a.made_from
    found = compare(people.by("Ann"), people.by("Bo"), segments=comparison.segments, n_draws=50, n_permutations=19)
    write_report(found, tmp_path)
    text = Page(read(tmp_path, "report.html")).text
    assert "agreement between codings of equal standing" in text
    assert "Cluster 0" not in text


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_few_segments_make_a_report(n, tmp_path):
    clusters = make_clusters(texts_of(n), n_clusters=min(n, 2), n_aside=0)
    write_report(clusters, tmp_path)
    assert f"{n} turn" in Page(read(tmp_path, "report.html")).text


def test_undefined_figures_are_named_and_have_their_reason(tmp_path):
    found = make_comparison(themes=("Trust", "Time", "Money", "Never"), n_clusters=3)
    codes = {row["code"]: row for row in found.per_theme.rows()}
    assert np.isnan(codes["Never"]["kappa"]) or codes["Never"]["remark"]
    grid = grid_of(Table(("code", "kappa", "remark"), (("Never", float("nan"), "neither side applied it"),)))
    assert [cell.text for cell in grid.rows[0]] == ["Never", "undefined", "neither side applied it"]
    assert Table(("kappa",), ((float("nan"),),)).to_csv().splitlines() == ["kappa", "nan"]


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_needs_nothing_beside_itself(written):
    page = Page(read(written, "report.html"))
    assert not page.all("link")
    assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in page.all("img"))
    assert all(link["href"].startswith("#") for link in page.all("a"))
    addresses = re.findall(r"https?://[^\s\"')]+", read(written, "report.html"))
    assert [found for found in addresses if not found.startswith(NAMES)] == []


def test_the_policy_names_the_hash_of_the_one_style_and_the_one_script(written):
    text = read(written, "report.html")
    policy = next(m["content"] for m in Page(text).all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    import base64

    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_page_can_be_read_without_eyes_and_without_a_mouse(written):
    page = Page(read(written, "report.html"))
    assert page.all("html")[0]["lang"] == "en"
    assert all(len(image["alt"]) > 40 for image in page.all("img"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(cell["scope"] in ("col", "row") for cell in page.all("th"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.all("a")} <= set(ids)
    titles = dict(re.findall(r'<h[1-6] id="([^"]+)"[^>]*>(.*?)</h', read(written, "report.html")))
    landmarks = [a for tag, a in page.elements if tag in ("nav", "section") or a.get("role") == "region"]
    names = [a.get("aria-label") or titles[a["aria-labelledby"]] for a in landmarks]
    assert len(names) == len(set(names)) > 10, names  # who hears the page jumps by these names
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
    style = "".join(page.styles)
    for words in ("prefers-color-scheme: dark", "@media print", "prefers-reduced-motion"):
        assert words in style


# --- hostile words ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attacked")
    texts = [f"{ATTACK} {i} we talk of work and more" for i in range(12)]
    hostile = make_comparison(
        texts, themes=(f"{ATTACK} theme", "=1+1", "@b\x00\ud800\u202e"), coders=(f"A {ATTACK}", "-B"),
        speakers=(f"S {ATTACK}", "=cmd", "\u202eevil"), question=ATTACK,
    )  # fmt: skip
    write_report(hostile, folder, title=f"{ATTACK} title", date=ATTACK)
    return folder


def test_words_of_the_study_are_never_markup_on_the_page(attacked):
    page = Page(read(attacked, "report.html"))
    assert [attributes.get("type") for attributes in page.all("script")] == ["application/json", None]
    assert not any(image["src"] == "x" for image in page.all("img"))
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert ATTACK in page.text
    assert "alert(" not in "".join(page.styles)
    assert not set("".join(page.data)) & set("<>&")


def test_words_of_the_study_are_never_markup_in_markdown(attacked):
    text = read(attacked, "report.md")
    assert "<script" not in text
    assert "<img" not in text
    assert "[a](b)" not in text
    for line in text.splitlines():
        if line.startswith("|"):
            cells = len(re.findall(r"(?<!\\)\|", line))
            assert cells > 1
    assert in_markdown("1. one\n# two | *three*") == r"1\. one # two \| \*three\*"
    assert in_markdown("- a") == r"\- a"


def test_cells_of_tables_are_never_formulas(attacked):
    for path in (attacked / "tables").iterdir():
        for row in csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))):
            for cell in row:
                if cell and cell[0] in "=+-@\t\r\n＝":
                    assert re.fullmatch(r"-?(\d+(\.\d+)?(e-?\d+)?|nan|inf)", cell), (path.name, cell[:20])


@pytest.mark.parametrize("text", ["=1", "+x", "-x", "@x", "\tx", "\rx", "\nx", "  =1", "\u00a0=1", "＝1"])
def test_formulas_are_made_harmless(text):
    assert guarded(text) == f"'{text}"


def test_numbers_stay_numbers_and_other_words_stay_as_they_are():
    table = Table(("a", "b", "c", "d"), ((-0.5, -3, "so-so", (np.float64(0.25), 1.0)),))
    assert table.to_csv().splitlines() == ["a,b,c,d_low,d_high", "-0.5,-3,so-so,0.25,1.0"]


# --- privacy ---------------------------------------------------------------------------------------------------------


def test_without_quotes_no_participant_word_is_in_any_file(tmp_path):
    texts = [f"{SENTINEL}{'abc'[i % 3]} said something {SENTINEL} {i}" for i in range(15)]
    comparison = make_comparison(texts, question=f"And {SENTINEL}?")
    write_report(comparison, tmp_path / "with")
    assert SENTINEL in read(tmp_path / "with", "report.html")
    write_report(comparison, tmp_path / "without", quotes=False)
    for name, content in everything(tmp_path / "without").items():
        assert SENTINEL.encode() not in content, name
    assert "written without quotes" in read(tmp_path / "without", "report.html")


def test_a_report_without_quotes_replaces_the_files_of_one_with_quotes(comparison, tmp_path):
    write_report(comparison, tmp_path)
    kept = tmp_path / "tables" / "mine.csv"
    kept.write_text("a,b", encoding="utf-8")
    changed = tmp_path / "tables" / "links.csv"
    changed.write_text("I worked on this", encoding="utf-8")
    write_report(comparison.clusters, tmp_path, quotes=False)
    left = {path.name for path in (tmp_path / "tables").iterdir()}
    assert left == {"clusters.csv", "segments.csv", "mine.csv", "links.csv", "coding_sheet.csv"}
    assert not (tmp_path / "figures" / "agreement.png").exists()


def test_a_manifest_of_somebody_else_removes_nothing(comparison, tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("x", encoding="utf-8")
    digest = hashlib.sha256(b"x").hexdigest()
    folder = tmp_path / "report"
    folder.mkdir()
    schema = "alliance_nlp report 1"
    for content in ("[1]", "no json", json.dumps({"schema": schema, "files": {"../outside.txt": digest}})):
        (folder / "manifest.json").write_text(content, encoding="utf-8")
        write_report(comparison.clusters, folder, quotes=False)
        assert outside.exists()


def test_long_quotes_are_cut_on_the_page_and_whole_in_the_tables(tmp_path):
    long = "word " * 400
    comparison = make_comparison([f"{i} {long}" for i in range(12)])
    write_report(comparison, tmp_path, quote_length=50)
    text = Page(read(tmp_path, "report.html")).text
    assert re.search(r"word \[…\] \(19\d\d more characters\)", text)
    assert "word " * 20 not in text
    assert long.strip() in rows_of(tmp_path, "disagreements.csv")[0]["quote"]


def test_no_quotes_per_cluster_are_possible(comparison, tmp_path):
    write_report(comparison.clusters, tmp_path, n_quotes=0)
    assert not Page(read(tmp_path, "report.html")).all("blockquote")


# --- the same again --------------------------------------------------------------------------------------------------


def test_equal_records_give_equal_bytes(comparison, tmp_path):
    for name in ("one", "other"):
        write_report(comparison, tmp_path / name)
    assert everything(tmp_path / "one") == everything(tmp_path / "other")


def test_a_date_is_printed_only_when_it_is_given(comparison, tmp_path):
    write_report(comparison.clusters, tmp_path, date="2 March 2026")
    assert "on 2 March 2026" in Page(read(tmp_path, "report.html")).text
    assert json.loads(read(tmp_path, "manifest.json"))["date"] == "2 March 2026"


def test_the_manifest_has_settings_hashes_and_files(written, comparison):
    manifest = json.loads(read(written, "manifest.json"))
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((written / name).read_bytes()).hexdigest() == digest
    assert set(manifest["files"]) == set(everything(written)) - {"manifest.json"}
    assert manifest["comparison"]["settings"]["n_compared"] == 24
    assert manifest["encoder"] == {"name": "example", "revision": "abc123", "max_tokens": None}
    assert len(manifest["inputs"]["transcripts"]["T1"]) == 64
    assert manifest["versions"]["alliance_nlp"]
    assert "matter" not in json.dumps(manifest)


def test_a_report_that_fails_leaves_the_earlier_one_whole(comparison, tmp_path, monkeypatch):
    folder = tmp_path / "report"
    write_report(comparison, folder)
    before = everything(folder)
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(FileError, match="report cannot be written in the folder .*Free some space"):
        write_report(comparison.clusters, folder)
    assert everything(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


# --- bad input -------------------------------------------------------------------------------------------------------


def test_what_cannot_be_reported_is_named(comparison, tmp_path):
    takes = r"takes a Comparison, a Mapping or Clusters. Got Segments. Make one with"
    with pytest.raises(InputError, match=rf"^write_report\(\) {takes}"):
        write_report(comparison.segments, tmp_path)
    for called in (show_page, page_text):
        with pytest.raises(InputError, match=rf"^{called.__name__}\(\) {takes}"):
            called(comparison.segments)
    with pytest.raises(InputError, match=r"study must be a Study, as an.read_study\(\) gives. Got str."):
        write_report(comparison, tmp_path, study="focus_group")
    with pytest.raises(InputError, match="n_quotes must be at least 0 and quote_length at least 1. Got n_quotes=-1"):
        write_report(comparison, tmp_path, n_quotes=-1)
    assert not list(tmp_path.iterdir())


def test_a_file_is_no_folder_for_a_report(comparison, tmp_path):
    (tmp_path / "report").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="'report' is a file; name another place"):
        write_report(comparison, tmp_path / "report")
