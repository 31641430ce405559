"""Who may import what, and that opening the door costs next to nothing."""

import graphlib
import re
import subprocess
import sys
from pathlib import Path

import measure
import pytest

import alliance_nlp

SRC = Path(alliance_nlp.__file__).parent
# design.md section 4: a room imports only from rooms of earlier rows, or of its own
ORDER = [
    {"errors", "moved"},
    {"files", "numeric", "provenance"},
    {"records"},
    {"agreement", "models", "ledger"},
    {"reading"},
    {"qda"},
    {"studies", "segments", "embeddings"},
    {"clusters", "privacy"},
    {"mapping", "suggesting", "consensus"},
    {"comparison"},
    {"method"},
    {"plots", "reports", "storage", "withdrawal", "scaling"},
    {"__init__"},
    {"commands"},
    {"__main__"},
]
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}
MOST_ROOMS = 29
PAGE = SRC.parents[1] / "ARCHITECTURE.md"
FILES, ROOMS = measure.file_graph(SRC), measure.room_graph(SRC)
HEAVY = (
    "sklearn", "scipy", "umap", "hdbscan", "numba", "torch", "transformers", "sentence_transformers", "pandas",
    "matplotlib", "distributed", "narwhals", "polars", "docx", "openpyxl", "jinja2", "sentencex",
)  # fmt: skip


def circle_in(graph):
    """One circle of imports, or nothing."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as err:
        return err.args[1]
    return []


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_from_rooms_above_it(room):
    assert room in RANK, f"{room} has no place in the order of design.md; give it one in a decision record"
    assert {other for other in ROOMS[room] if RANK[other] > RANK[room]} == set()


def test_no_file_and_no_room_imports_itself_by_a_way_round():
    assert circle_in(FILES) == []
    assert circle_in(ROOMS) == []


def test_circles_are_found_wherever_the_import_stands(tmp_path):
    for name, text in {
        "__init__": "",
        "one": "def late():\n    from alliance_nlp.two import three\n",
        "two/__init__": "",
        "two/three": "if TYPE_CHECKING:\n    import alliance_nlp.one\n",
        "four": "from alliance_nlp import __version__\n",
    }.items():
        (tmp_path / f"{name}.py").parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    graph = measure.file_graph(tmp_path)
    assert graph == {"__init__": set(), "one": {"two.three"}, "two": set(), "two.three": {"one"}, "four": {"__init__"}}
    assert set(circle_in(graph)) == {"one", "two.three"}
    assert circle_in({"one": {"two"}, "two": set()}) == []
    assert measure.room_graph(tmp_path)["two"] == {"one"}


def test_there_are_few_rooms():
    assert len(ROOMS) <= MOST_ROOMS


@pytest.mark.skipif(not PAGE.exists(), reason="installed without the docs")
def test_the_page_of_the_architecture_names_every_room_and_what_it_imports():
    cells = [line.split("|")[1:-1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert [set(re.findall(r"`(\w+)/?`", rooms)) for rooms, _, _ in cells[:-1]] == [
        rooms & set(ROOMS) for rooms in ORDER[:-3] if rooms & set(ROOMS)
    ]
    for rooms, _, stated in cells:
        files = [p for p in measure.source_files(SRC) if measure.room_of(p, SRC) in re.findall(r"`(\w+)/?`", rooms)]
        found = set().union(*map(measure.packages, files))
        # records ask for a frame's package by the name that the caller gives
        assert set(filter(None, stated.strip().split(", "))) - {"pandas", "polars", "pyarrow"} == found


def test_agreement_imports_nothing_of_ours_but_errors_and_array_helpers():
    assert ROOMS["agreement"] == {"errors", "numeric"}


def test_no_module_shares_its_name_with_a_public_function():
    assert not (set(alliance_nlp.__all__) - {"agreement"}) & set(ROOMS)


def test_file_names_occur_once():
    names = [path.name for path in measure.source_files(SRC) if path.name != "__init__.py"]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def loaded_by(code):
    shown = f"import sys; {code}; print(*{{m.split('.')[0] for m in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_opening_the_door_loads_nothing_heavy():
    assert not loaded_by("import alliance_nlp") & {*HEAVY, "numpy"}


def test_records_load_numpy_and_nothing_heavier():
    names = "an.Codebook, an.compare, an.cluster, an.embed, an.segment, an.read_study, an.write_report"
    found = loaded_by(f"import alliance_nlp as an; {names}")
    assert "numpy" in found
    assert not found & set(HEAVY)


def test_agreement_alone_needs_numpy_and_scipy():
    call = "ag.bootstrap_interval(ag.cohen_kappa, [[1, 0, 1, 0], [1, 0, 0, 0]], n_draws=20)"
    found = loaded_by(f"from alliance_nlp import agreement as ag; {call}")
    assert found & {*HEAVY, "tqdm"} == {"scipy"}
