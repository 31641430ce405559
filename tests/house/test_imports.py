"""Who may import what, and that opening the door costs next to nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import alliance_nlp

SRC = Path(alliance_nlp.__file__).parent
# design.md section 4: a room imports only from rooms of earlier rows, or of its own
ORDER = [
    {"errors"},
    {"files", "numeric", "provenance"},
    {"records"},
    {"agreement", "models"},
    {"reading"},
    {"segments", "embeddings"},
    {"clusters", "privacy"},
    {"mapping", "suggesting", "consensus"},
    {"comparison", "ledger"},
    {"method"},
    {"plots", "reports", "storage", "datasets"},
    {"__init__"},
    {"__main__"},
]
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}
HEAVY = (
    "sklearn", "scipy", "umap", "hdbscan", "numba", "torch", "transformers", "sentence_transformers", "pandas",
    "matplotlib", "narwhals", "polars", "docx", "openpyxl", "jinja2", "pysbd",
)  # fmt: skip


def room_of(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return sorted(path for path in SRC.rglob("*.py") if "studies" not in path.parts)


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("alliance_nlp."):
            rooms.add(node.module.split(".")[1])
        elif isinstance(node, ast.ImportFrom) and node.module == "alliance_nlp":
            rooms |= {alias.name for alias in node.names if alias.name in RANK}
        elif isinstance(node, ast.Import):
            rooms |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("alliance_nlp.")}
    return rooms


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SRC)))
def test_a_room_imports_only_from_rooms_above_it(path):
    room = room_of(path)
    assert room in RANK, f"{room} has no place in the order of design.md; give it one in a decision record"
    if room in ("__init__", "__main__"):
        return
    beyond = {other for other in imported_rooms(path) - {room} if RANK[other] > RANK[room]}
    assert not beyond, f"{path.name} imports from rooms below its own: {sorted(beyond)}"


def test_agreement_imports_nothing_of_ours_but_errors_and_array_helpers():
    for path in (SRC / "agreement").glob("*.py"):
        assert imported_rooms(path) <= {"agreement", "errors", "numeric"}, path.name


def test_no_module_shares_its_name_with_a_public_function():
    functions = set(alliance_nlp.__all__) - {"agreement"}
    assert not functions & {room_of(path) for path in modules()}


def test_opening_the_door_loads_nothing_heavy():
    code = "import sys, alliance_nlp; print(' '.join(sorted({m.split('.')[0] for m in sys.modules})))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not set(loaded) & set(HEAVY)


def test_records_load_numpy_and_nothing_heavier():
    names = "an.Codebook, an.compare, an.cluster, an.embed, an.segment, an.read_study, an.write_report"
    code = f"import sys, alliance_nlp as an; {names}; print(*{{m.split('.')[0] for m in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not set(loaded) & set(HEAVY)
