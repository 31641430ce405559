"""The pages of the docs hold together: links, tables made from rows, names of roles, what is fetched from elsewhere."""

import importlib.util
import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest

from alliance_nlp.commands import build_parser

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FENCED = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="installed without the docs")


def pages():
    named = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")]
    found = [*named, *DOCS.rglob("*.md"), *(ROOT / "benchmarks").rglob("*.md"), *(ROOT / "page").glob("*.md")]
    return [page for page in found if page.exists()]


def prose(page):
    return re.sub(r"`[^`\n]*`", "", FENCED.sub("", page.read_text(encoding="utf-8")))


def anchor(heading):
    """The name that a heading has on the site and, but for case and marks, on a code host."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.replace("`", ""))
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain.strip().lower()))


def anchors(page):
    text = page.read_text(encoding="utf-8")
    heads = {anchor(head) for head in re.findall(r"^#+ (.*)$", FENCED.sub("", text), re.MULTILINE)}
    made = re.findall(r'id="([^"]+)"', text) + re.findall(r"^::: (\S+)$", text, re.MULTILINE)
    return heads | set(made)


def leads_nowhere(page, link):
    """Why a relative link of a page is dead; nothing where it is not."""
    path, _, head = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return "no such file"
    if not head or target.suffix != ".md":
        return ""
    known = anchors(target)  # a name inside a module stands on the page of the module
    return "" if head in known or any(head.startswith(f"{name}.") for name in known) else "no such heading"


def relative_links(page):
    return [link for link in LINK.findall(prose(page)) if not re.match(r"[a-z]+:", link)]


def test_each_relative_link_leads_to_a_file_and_a_heading_of_it():
    every = [(page, link) for page in pages() for link in relative_links(page)]
    assert len(every) > 300
    dead = [(str(page.relative_to(ROOT)), link, why) for page, link in every if (why := leads_nowhere(page, link))]
    assert dead == []


def test_the_docs_link_to_nothing_outside_their_folder():
    """What lies outside is not on the site, so such a link is dead there."""
    every = [(page, link.partition("#")[0]) for page in DOCS.rglob("*.md") for link in relative_links(page)]
    assert [(str(p), link) for p, link in every if not (p.parent / link).resolve().is_relative_to(DOCS)] == []


def test_docstrings_hold_no_roles_that_the_site_does_not_know():
    role = re.compile(r":(?:func|class|mod|meth|data|attr|exc|obj|ref|doc|term):`")
    found = [str(path) for path in (ROOT / "src").rglob("*.py") if role.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_pages_fetch_nothing_from_elsewhere():
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in text
    assert not re.search(r"https?://", text)
    sources = "".join(page.read_text(encoding="utf-8") for page in [*DOCS.rglob("*.md"), *DOCS.rglob("*.css")])
    assert not re.search(r"!\[[^\]]*\]\(https?:|<(?:img|script|link|iframe)[^>]*https?:|url\(|@import", sources)


def test_the_navigation_names_each_page_once():
    named = re.findall(r"([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(set(named)) == len(named)
    assert [name for name in named if not (DOCS / name).is_file()] == []
    written = {str(page.relative_to(DOCS).as_posix()) for page in DOCS.rglob("*.md")}
    left_out = sorted(page for page in written - set(named) if not re.match(r"decisions/0", page))
    assert left_out == [], "give each a line under nav in mkdocs.yml"


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_on_what_the_machine_can_are_those_of_the_rows():
    made = loaded(DOCS / "explanation" / "can_and_cannot.py")
    text = made.PAGE.read_text(encoding="utf-8")
    assert made.written(text) == text


def test_the_navigation_can_be_written_from_the_decisions():
    made = loaded(DOCS / "decisions" / "nav.py")
    for line in made.written("nav:\n").splitlines()[3:]:
        assert re.fullmatch(r'      - ".+": decisions/\d{4}-[\w.-]+\.md', line)


def commands():
    """Each command line that a page shows, in a block or between backticks, with the page."""
    for page in pages():
        if page.name == "CHANGELOG.md" or page.parent.name == "decisions":  # of their day
            continue
        text = page.read_text(encoding="utf-8")
        shown = re.findall(r"^(?:\$ )?(alliance-nlp .*)$", text, re.MULTILINE) + re.findall(
            r"`(alliance-nlp [^`\n]+)`", text
        )
        yield from ((page, command) for command in shown)


def test_each_command_that_a_page_shows_is_one(capsys):
    wrong, parser = [], build_parser()
    for page, command in commands():
        call = re.split(r"\s\\?[|>]\s", re.sub(r"\.\.\.|…", "", command))[0]  # what a shell does with it is not ours
        words = shlex.split(call, comments=True)[1:]
        if not words or "[" in call or words[0] == "COMMAND":
            continue
        try:
            parser.parse_args(words)
        except SystemExit as end:
            said = (capsys.readouterr().err.strip().splitlines() or [""])[-1]
            if end.code and "required" not in said:  # named without what it works on: the command, not a call
                wrong.append(f"{page.relative_to(ROOT)}: {command}: {said}")
    assert not wrong, "\n".join(wrong)
