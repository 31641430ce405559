"""The commands of the command line, each by itself: what they print and write, how wide, and with what they end."""

import ast
import io
import json
import re
from pathlib import Path

import pytest

import alliance_nlp as an
import model_server
from alliance_nlp.__main__ import main
from alliance_nlp.commands import build_parser
from alliance_nlp.commands.advice import IN_SCRIPTS, PRINTED, WORDS, for_command_line, printed

SRC = Path(an.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "command_line.md"
TALK = (
    ("Moderator", "What does it ask of you?"),
    ("P1", "Building trust takes long work and patience."),
    ("P2", "The clock decides, there are only minutes left for a visit."),
    ("Moderator", "And then?"),
    ("P1", "Then we talk about trust again, and it grows slowly."),
    ("P2", "I run all day and the clock is never on our side."),
)


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "study"
    (home / "transcripts").mkdir(parents=True)
    talk = "\n\n".join(f"{who}: {words}" for who, words in TALK)
    (home / "transcripts" / "one.txt").write_text(talk, encoding="utf-8")
    (home / "codebook.csv").write_text(
        "theme,essence,code,definition\nTrust,,building trust,Trust of patients\nTime,,too little time,Clocks\n",
        "utf-8",
    )
    rows = [
        f"{who},one,{turn},{code}" for who in "AB" for turn, code in ((2, "building trust"), (3, "too little time"))
    ]
    (home / "codings.csv").write_text(
        "\n".join(["coder,transcript,turn,code", *rows, "A,one,5,building trust"]), "utf-8"
    )
    (home / "study.toml").write_text('[read]\nA = "participants"\nB = "participants"\n', encoding="utf-8")
    return home


def commands():
    actions = build_parser()._subparsers._group_actions[0]
    return {name: parser for name, parser in actions.choices.items() if name != "report"}


def options(parser):
    return {name for action in parser._actions for name in action.option_strings if name.startswith("--")}


OF_PIP = {"--force-reinstall", "--no-deps"}
FLAGS = set().union(*map(options, commands().values()))


@pytest.mark.parametrize("name", commands())
def test_help_fits_the_terminal(name, monkeypatch, capsys):
    for columns in (60, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        assert max(map(len, capsys.readouterr().out.splitlines())) <= columns
    assert {"--json", "--quiet"} <= options(commands()[name])


@pytest.mark.skipif(not PAGE.exists(), reason="installed without the docs")
@pytest.mark.parametrize("name", commands())
def test_the_page_names_every_command_and_its_options(name):
    part = re.search(rf"^## `{name}[ `].*?(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert part is not None, name
    common = re.findall(r"`(--[a-z-]+)", PAGE.read_text(encoding="utf-8").split("\n## ")[0])
    known = set(re.findall(r"`(--[a-z-]+)", part[0]))
    assert options(commands()[name]) - set(common) - {"--help"} <= known
    assert known <= options(commands()[name])


@pytest.mark.parametrize("columns", [60, 200])
def test_no_line_is_wider_than_the_terminal(folder, columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    codings = folder / "codings.csv"
    for words in (
        ["check", folder], ["compare", folder, "--coders", "A", "B"], ["agreement", codings, codings], ["cache"],
        ["member-check", folder, "P1"], ["export", folder, "--to", folder.parent / f"{columns}.qdpx"],
        ["compare", folder, "--coders", "A", "X"], ["identifiers", folder],
    ):  # fmt: skip
        main(list(map(str, words)))
        shown = capsys.readouterr()
        lines = [line for line in (shown.out + shown.err).splitlines() if str(folder.parent) not in line]
        assert max(map(len, lines)) <= columns, words


def test_json_holds_what_is_printed_and_quotes_unless_told(folder, capsys):
    assert main(["compare", str(folder), "--coders", "A", "B", "--json", "--quiet"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    found = json.loads(shown.out)
    row = next(row for row in found["tables"][0]["rows"] if row["code"] == "Trust")
    assert (row["n_a"], row["n_b"]) == (2, 1)
    assert main(["export", str(folder), "--to", str(folder.parent / "tables"), "--json"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert [Path(name).name for name in files] == ["quotes.csv", "matrix.csv", "per_participant.csv", "per_case.csv"]
    for who, code in (("A", "x"), ("B", "y")):
        (folder / f"{who}.csv").write_text(f"coder,quote,code\n{who},We wait.,{code}\n{who},I doubt it.,y\n", "utf-8")
    for flags, has in (([], True), (["--no-quotes"], False)):
        assert main(["agreement", str(folder / "A.csv"), str(folder / "B.csv"), "--json", *flags]) == 0
        assert ("We wait." in capsys.readouterr().out) is has


def test_check_ends_with_one_where_something_was_doubtful(folder, capsys):
    assert main(["check", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "The study: Study(1 transcript, 2 codes, 2 coders, no consensus)" in shown
    assert shown.endswith("Doubts: 0\n")
    (folder / "notes.txt").write_text("left over", encoding="utf-8")
    (folder / "codings.csv").write_text("coder,transcript,turn,code\nA,one,1,building trust\n", encoding="utf-8")
    assert main(["check", str(folder), "--json"]) == 1
    doubts = json.loads(capsys.readouterr().out)["doubts"]
    assert main(["check", str(folder)]) == 1
    assert doubts[0] in capsys.readouterr().out
    assert main(["check", str(folder / "nowhere")]) == 2


def test_a_trail_and_a_ledger_are_checked(folder, capsys):
    trail = folder.parent / "trail"
    assert main(["audit", str(folder), "--out", str(trail)]) == 0
    assert f"The audit trail: {trail}" in capsys.readouterr().out
    assert main(["check", str(trail)]) == 0
    assert "The audit trail: as it was written" in capsys.readouterr().out
    (trail / "numbers.json").write_text("{}", encoding="utf-8")
    assert main(["check", str(trail)]) == 1
    assert "not as it was written" in capsys.readouterr().out
    an.record_decision(folder / "decisions.jsonl", "note", by="KL", note="read twice")
    assert main(["check", str(folder / "decisions.jsonl")]) == 0
    capsys.readouterr()
    assert main(["ledger", "verify", str(folder / "decisions.jsonl"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["decisions"], found["problems"], len(found["seal"])) == (1, [], 64)


def test_a_pack_is_handed_out_and_its_replies_come_back(folder, capsys):
    out, day = folder.parent / "P1.html", ["--date", "2026-11-27"]
    assert main(["member-check", str(folder), "P1", "--out", str(out), "--by", "KL", *day]) == 0
    assert out.exists()
    sheet = out.with_suffix(".csv")
    sheet.write_text(sheet.read_text("utf-8-sig").replace(",,,,", ",x,,,"), encoding="utf-8")
    assert main(["member-check", str(folder), "P1", "--replies", str(sheet), *day]) == 0
    kinds = [decision.kind for decision in an.read_ledger(folder / "decisions.jsonl").decisions]
    assert kinds == ["pack", "member check"]
    capsys.readouterr()
    assert main(["member-check", str(folder), "P1", "--out", "P1.pdf"]) == 2
    assert "--out must end in .html or .docx. Got 'P1.pdf'." in capsys.readouterr().err


def test_export_goes_by_the_name_of_the_file(folder, capsys):
    assert main(["export", str(folder), "--to", str(folder.parent / "made.qdpx")]) == 0
    assert an.read_study(folder.parent / "made.qdpx").coding.coders == ("A", "B")
    capsys.readouterr()
    assert main(["check", str(folder.parent / "made.qdpx")]) == 0
    assert capsys.readouterr().out.startswith("The study: Study(1 transcript, 2 codes, 2 coders")
    assert main(["export", str(folder), "--to", str(folder.parent / "made.qdc")]) == 0
    assert len(an.read_qdc(folder.parent / "made.qdc").codes) == 2
    (folder / "codebook.csv").unlink()
    (folder / "codings.csv").unlink()
    (folder / "study.toml").unlink()
    capsys.readouterr()
    assert main(["export", str(folder), "--to", str(folder.parent / "other.qdc")]) == 2
    assert "A .qdc needs a codebook. Got None, as a study without one has. Put codebook.csv" in capsys.readouterr().err
    assert main(["compare", str(folder), "--coders", "A", "B"]) == 2
    assert "alliance-nlp compare needs a coding" in capsys.readouterr().err


@pytest.mark.slow
def test_machines_cluster_suggest_and_are_compared(folder, capsys, monkeypatch):
    assert main(["cluster", str(folder), "--out", str(folder.parent / "report"), "--quiet"]) == 0
    shown = capsys.readouterr()
    assert "keywords" in shown.out
    assert shown.err == ""
    assert "The report: " in shown.out
    table = folder.parent / "suggested.csv"
    assert main(["suggest", str(folder), "--out", str(table), "--level", "theme"]) == 0
    assert f"The suggestions: {table}" in capsys.readouterr().out
    assert "segment_id" in table.read_text("utf-8-sig")
    assert not (folder / "decisions.jsonl").exists()  # everybody had finished
    assert main(["suggest", str(folder), "--out", "made.txt"]) == 2
    assert "--out must end in .csv, .xlsx, .parquet or .qdpx. Got 'made.txt'." in capsys.readouterr().err
    assert main(["cluster", str(folder), "--no-quotes", "--json"]) == 0
    assert "trust" not in json.loads(capsys.readouterr().out)["tables"][0]["rows"][0]
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["run", str(folder), "--out", str(folder.parent / "page"), "--figures", "--no-quotes"]) == 0
    shown = capsys.readouterr()
    lines = [line for line in (shown.out + shown.err).splitlines() if str(folder.parent) not in line]
    assert max(map(len, lines)) <= 60
    assert "takes long work" not in shown.out + (folder.parent / "page" / "report.html").read_text("utf-8")
    assert main(["cluster", str(folder), "--recipe", "nope"]) == 2
    assert "--recipe must be 'consensus'" in " ".join(capsys.readouterr().err.split())


@pytest.fixture
def asked(folder, monkeypatch):
    """Ask a language model that gives a code wherever trust is spoken of."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "cache"))
    monkeypatch.setattr("alliance_nlp.models.retrying.sleep", lambda _: None)
    code = an.read_study(folder).codebook.ids[0]
    server = model_server.ModelServer(
        lambda texts: model_server.given(*([(code, "trust")] if "trust" in text else [] for text in texts))
    )
    server.ask = lambda *more: main(["suggest", str(folder), "--endpoint", server.url, "--model", "small", *more])
    yield server
    server.close()


def test_a_language_model_suggests_on_the_command_line(asked, folder, capsys):
    assert asked.ask("--estimate", "--model-revision", "r1") == 0
    shown = capsys.readouterr()
    assert "Nothing was sent. It would go to" in shown.out
    assert asked.raw == []
    assert (
        asked.ask("--measure", "2", "--model-revision", "r1", "--context", "1", "--out", str(folder.parent / "s.csv"))
        == 0
    )
    shown = capsys.readouterr()
    assert re.search(r"2 calls went to 127\.0\.0\.1:\d+, this computer, .* Calls: 2 of 4, [\d,]+ bytes", shown.err)
    assert "minutes, one call at a time" in shown.err
    assert "Nothing was sent" not in shown.err
    assert "codes that count" in shown.out
    assert "Building trust takes" not in shown.out
    assert len(asked.bodies) == 4
    assert asked.materials[-1]["before"]
    assert "trust" in (folder.parent / "s.csv").read_text("utf-8-sig")
    assert not (folder / "decisions.jsonl").exists()  # everybody had finished
    assert asked.ask("--model-revision", "r1", "--context", "1", "--quiet", "--json", "--no-quotes") == 0
    shown = capsys.readouterr()
    assert (shown.err, len(asked.bodies)) == ("", 4)
    assert json.loads(shown.out)["tables"][0]["title"] == "What was asked and answered"
    assert "long work" not in shown.out
    begin_another(folder)
    assert asked.ask("--model-revision", "r1", "--out", str(folder.parent / "s.qdpx")) == 0
    assert (folder.parent / "s.qdpx").exists()
    kept = an.read_ledger(folder / "decisions.jsonl").decisions
    assert [(d.kind, d.by) for d in kept] == [("saw suggestions", "B")]


def test_a_language_model_stands_beside_the_machine_that_learnt(asked, folder, capsys):
    beside = ["--endpoint", asked.url, "--model", "small", "--model-revision", "r1"]
    assert main(["compare", str(folder), *beside, "--estimate"]) == 0
    assert "Nothing was sent." in capsys.readouterr().out
    asked.answer = lambda texts: model_server.given(*([("Trust", "trust")] if "trust" in t else [] for t in texts))
    assert main(["compare", str(folder), *beside, "--no-quotes"]) == 0
    shown = capsys.readouterr()
    assert "Machines beside the same people" in shown.out
    assert "small (r1)" in shown.out
    assert len(asked.bodies) == 4
    asked.faults = [model_server.http(model_server.chat("", finish="length"))]
    assert main(["compare", str(folder), *beside[:4]]) == 1
    assert main(["compare", str(folder), "--coders", "A", "B", *beside]) == 2
    assert "say it without --endpoint" in " ".join(capsys.readouterr().err.split())


def test_what_a_language_model_leaves_open_or_refuses_ends_as_said(asked, folder, capsys, monkeypatch):
    asked.faults = [model_server.http(model_server.chat("", finish="length"))] * 4
    assert asked.ask() == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "note: No answer that can be used on 4 of 4 segments sent" in said
    assert "such as --thinking-tokens 2000" in said
    assert "The table of what was asked and answered has the counts." in said
    before = len(asked.bodies)
    capsys.readouterr()
    assert asked.ask("--abstain", "0.5") == 2
    assert "Nothing can be held out" in capsys.readouterr().err  # one session of six turns
    before = len(asked.bodies)
    assert asked.ask("--first", "2") == 0
    assert len(asked.bodies) == before + 2
    capsys.readouterr()
    asked.faults = [model_server.http(b"", "401 Who")]
    assert asked.ask() == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "answered with status 401" in said
    assert "give --model-revision to go on from there" in said
    for more, told in (
        (["--key-variable", "NO_SUCH_KEY"], "(--key-variable) is not set or is empty"),
        (["--batch", "0"], "--batch must be a whole number from 1 to 20. Got 0."),
        (["--thinking-tokens", "-1"], "--thinking-tokens must be a whole number"),
        (["--parallel", "0"], "--parallel must be a whole number from 1 to 16. Got 0."),
        (["--prompt", "coding-9"], "--prompt must be 'coding-1'"),
        (["--model", "glm:cloud"], "what it is asked is sent on to another computer"),
        (["--model", ""], "--endpoint needs --model."),
        (["--first", "0"], "--first must be a whole number from 1. Got 0."),
        (["--endpoint", "http://k@127.0.0.1/v1"], "--endpoint must be the base address of a language model"),
        (["--endpoint", "http://192.0.2.1/v1"], "say --allow-remote, with remote_model = true in study.toml"),
        (["--endpoint", "http://192.0.2.1/v1", "--allow-remote"], "None of 4 segments may be sent"),
    ):
        assert asked.ask(*more) == 2, more
        said = " ".join(capsys.readouterr().err.split())
        assert told in said, said
        assert IN_SCRIPTS not in said, said
    assert main(["suggest", str(folder), "--model", "small"]) == 2
    assert "--model, --estimate, --measure and --first go with --endpoint" in " ".join(capsys.readouterr().err.split())


def begin_another(folder):
    """A second transcript that A has coded, and B has begun to."""
    (folder / "transcripts" / "two.txt").write_text(
        "P1: We wait long.\n\nP2: Trust comes.\n\nP1: Yes, it does.", "utf-8"
    )
    with (folder / "codings.csv").open("a", encoding="utf-8") as file:
        file.write("\nA,two,1,too little time\nB,two,2,building trust\n")
    (folder / "study.toml").write_text('[read]\nA = "participants"\nB = ["one"]\n', encoding="utf-8")


def test_suggestions_before_coding_was_done_are_kept_in_the_ledger(folder):
    begin_another(folder)
    assert main(["suggest", str(folder), "--level", "theme"]) == 0
    kept = an.read_ledger(folder / "decisions.jsonl").decisions
    assert [(d.kind, d.by, d.note) for d in kept] == [("saw suggestions", "B", "shown before they had finished: two")]
    (folder / "study.toml").unlink()
    (folder / "codings.csv").unlink()
    assert main(["suggest", str(folder), "--level", "theme"]) == 0
    kept = an.read_ledger(folder / "decisions.jsonl").decisions[1]
    assert (kept.by, kept.note) == ("anybody", "suggestions, before anybody had coded")


def test_what_not_everybody_has_finished_is_compared_only_when_asked(folder, capsys):
    begin_another(folder)
    said = {}
    for flags in ((), ("--show-unfinished",)):
        assert main(["compare", str(folder), "--coders", "A", "B", *flags]) == 0
        said[flags] = re.search(r"(\d+) of (\d+) segments", capsys.readouterr().out).groups()
    assert said == {(): ("4", "4"), ("--show-unfinished",): ("5", "7")}
    (folder / "study.toml").write_text('[read]\nA = ["two"]\nB = ["one"]\n', encoding="utf-8")
    assert main(["compare", str(folder)]) == 2
    assert "Say who read what with --read, or say --show-unfinished" in " ".join(capsys.readouterr().err.split())


def test_kept_vectors_are_listed_and_removed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    home = tmp_path / "alliance_nlp" / "vectors" / "abc"
    home.mkdir(parents=True)
    (home / f"{'0' * 64}.npy").write_bytes(b"x" * 200_000)
    (home / "mine.txt").write_text("kept", encoding="utf-8")
    assert main(["cache", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tables"][0]["rows"] == [{"encoder": "abc", "files": 1, "mb": 0.2}]
    assert main(["cache", "--verify"]) == 1  # what it holds is not what its name says
    assert "damaged" in capsys.readouterr().out
    assert main(["cache", "--days", "3"]) == 2
    assert "--days goes with --prune only" in capsys.readouterr().err
    assert main(["cache", "--prune"]) == 0
    assert "removed damaged" in capsys.readouterr().out
    assert main(["cache", "--verify"]) == 0
    (home / f"{'0' * 64}.npy").write_bytes(b"x" * 200_000)
    capsys.readouterr()
    assert main(["cache", "--clear"]) == 0
    assert "Vectors removed from" in capsys.readouterr().out
    assert [path.name for path in home.iterdir()] == ["mine.txt"]


def test_completion_knows_the_commands(capsys):
    pytest.importorskip("shtab", reason="comes with the extra [shell]")
    assert main(["completion", "bash"]) == 0
    assert "member-check" in capsys.readouterr().out


def test_completion_without_its_package_names_the_extra(monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "shtab", None)
    assert main(["completion", "zsh"]) == 2
    assert "pip install 'alliance-nlp[shell]'" in capsys.readouterr().err


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (OSError(5, "Input/output error", "x"), 2)])
def test_what_ends_a_command_has_a_code_of_its_own(error, code, monkeypatch, capsys):
    def ends(*_, **__):
        raise error

    monkeypatch.setattr("alliance_nlp.embeddings.kept_files.kept_vectors", ends)
    assert main(["cache"]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_pipe_that_is_closed_early_is_no_fault(monkeypatch):
    class Closed(io.StringIO):
        def flush(self):
            raise BrokenPipeError

        def fileno(self):
            return 99

    moved = []
    monkeypatch.setattr("sys.stdout", Closed())
    monkeypatch.setattr("os.dup2", lambda *ends: moved.append(ends[1]))
    assert main(["cache"]) == 141
    assert moved == [99]


def messages():
    """Every string of the rooms that may be said to a person, with a 3 for each value in it."""
    for path in sorted(SRC.rglob("*.py")):
        if "commands" in path.parts or "studies" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                values = {True: "'3'", False: "3"}  # as !r writes it, or plainly
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else values[part.conversion == ord("r")]
                    for part in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                yield node.value


def test_every_flag_that_advice_names_exists_and_every_rule_is_needed():
    said = list(messages())
    for message in said:
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", for_command_line(message))) <= FLAGS | OF_PIP
    known = "\n".join(said)
    assert [rule for rule, _ in (*WORDS, *PRINTED) if not re.search(rule, known)] == []


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ("State it with read='all', read='participants' or read={'coder': ...}",
         "State it with --read all, --read participants or --read CODER=all"),
        ("is read as cp1252; if so, say encoding='cp1252'", "is read as cp1252; if so, say --encoding cp1252"),
        ("Name it with columns={'text': ...}.", "Name it with --columns transcripts.text=COLUMN."),
        ("unit must be 'turn'. Got 'turns'.", "--unit must be 'turn'. Got 'turns'."),
        ("n_clusters goes with recipe='consensus' only.", "--n-clusters goes with --recipe consensus only."),
        ("None was read. Record one with kind='agree'.", f"None was read. Record one with kind='agree'. {IN_SCRIPTS}"),
        ("Nothing to change here.", "Nothing to change here."),
    ],
)  # fmt: skip
def test_advice_is_said_as_it_is_done_here(said, here):
    assert for_command_line(said) == here


def test_what_a_record_prints_points_to_files_and_flags():
    assert printed("3 segments coded differently; see .disagreements.").endswith("of a report (--out) has them.")
    assert printed("… 9 more; .rows() has all.") == "… 9 more; --json has all."


WRONG = [
    ("run {study} --out o --level themes", "--level must be 'code', 'essence' or 'theme'. Got 'themes'"),
    ("run {study} --out o --language de", "--language must be 'en' or 'nb'. Got 'de'"),
    ("run {study} --out o --unit turns", "--unit must be .* Did you mean 'turn'"),
    ("run {study} --out o --seed -1", "--seed must be a whole number of zero or more. Got -1"),
    ("run {study} --out {study}/study.toml", "--out names a folder. 'study.toml' is a file"),
    ("run {study} --out report.html", "--out names a folder. 'report.html' looks like a file"),
    ("cluster {study} --recipe kmeans", "--recipe must be 'consensus' or 'umap-hdbscan'. Got 'kmeans'"),
    ("export {study} --to tables.xlsx", r"--to names a project \(.qdpx\), a codebook \(.qdc\), or a folder"),
    ("export {study} --to all.qdpx --kind xlsx", "Got 'all.qdpx' with --kind xlsx"),
    ("identifiers {study} --out names.docx", "--out must end in .csv. Got 'names.docx'"),
    ("withdraw {study} P1 --by KL --copies nowhere --dry-run", "Check the path in --copies"),
    ("run {study} --out o --columns coding.code=Kode", "a name in --columns must be"),
    ("run {study} --out o --encoding utf-99", "--encoding must be one that Python knows"),
    ("reveal {study} --key {study}/study.toml --to x", "Name the file that `pseudonymise --key` wrote"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_what_cannot_be_meant_is_refused_before_any_work_and_in_flags(
    words, said, folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    assert main(words.format(study=folder).split()) == 2
    error = capsys.readouterr().err
    assert re.search(said, " ".join(error.split()))
    assert "segments of" not in error
    assert max(map(len, error.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("agrement", "there is no command 'agrement'. Did you mean 'agreement'?"),
        ("completion fish", "invalid choice: 'fish'"),
        ("member-check s P1 --date yesterday", "a date is written as 2026-11-27. Got 'yesterday'"),
        ("ledger frobnicate d.jsonl", "invalid choice: 'frobnicate'"),
    ],
)
def test_complaints_of_the_parser_fit_the_terminal(words, said, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    error = capsys.readouterr().err
    assert ended.value.code == 2
    assert said in " ".join(error.split())
    assert max(map(len, error.splitlines())) <= 60


def test_a_ledgers_problems_fit_the_terminal(tmp_path, monkeypatch, capsys):
    (tmp_path / "d.jsonl").write_text("{", encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["check", str(tmp_path / "d.jsonl")]) == 1
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80
