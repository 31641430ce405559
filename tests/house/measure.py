"""The size and shape of the library, counted the same way every time: ``python tests/house/measure.py [SRC]``.

An executable line is a physical line that holds a token which is neither a comment, a docstring nor a blank. A room is
what stands directly under ``src/alliance_nlp``: a module or a package, the door and the command line among them. An
arrow is one room that imports another.
"""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections import Counter
from functools import cache
from pathlib import Path

SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
CSV_WRITER = re.compile(r"\bcsv\.(?:writer|DictWriter)\(")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def source_files(src):
    """All modules of the library; the folders of the studies that ship hold data."""
    return tuple(sorted(path for path in Path(src).rglob("*.py") if "studies" not in path.relative_to(src).parts))


def room_of(path, src):
    return path.relative_to(src).parts[0].removesuffix(".py")


def docstring_lines(tree):
    """Numbers of the lines that docstrings take up."""
    nodes = [n for n in ast.walk(tree) if isinstance(n, DOCUMENTED) and ast.get_docstring(n, clean=False) is not None]
    return {line for n in nodes for line in range(n.body[0].lineno, n.body[0].end_lineno + 1)}


def n_executable_lines(text):
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in SKIPPED:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines - docstring_lines(ast.parse(text)))


def n_lines(text):
    """Lines of a file without its docstrings: what the budget of 350 counts."""
    return text.count("\n") - len(docstring_lines(ast.parse(text)))


def bodies(tree):
    """Name and number of lines of every function's body, without its docstring."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            rest = node.body[1:] if ast.get_docstring(node) else node.body
            found.append((node.name, node.end_lineno - rest[0].lineno + 1 if rest else 0))
    return found


def body_sizes(src):
    """Lines of all function bodies, ascending."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in source_files(src))
    return sorted(size for tree in trees for _, size in bodies(tree))


def p90(sizes):
    return sizes[int(len(sizes) * 0.9)]


def packages(path):
    """Packages of others that a file imports, by the names that they are imported under; numpy is taken for granted."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_extra":
            names |= {str(argument.value) for argument in node.args[:1] if isinstance(argument, ast.Constant)}
    return {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"alliance_nlp", "numpy"}


def module_name(path, src):
    """Dotted name below the package; a package is called like its folder, the door ``__init__``."""
    parts = path.relative_to(src).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


@cache
def module_names(src):
    return frozenset(module_name(path, src) for path in source_files(src))


@cache
def imported_modules(path, src):
    """Modules of the library that a file imports, wherever in the file, as dotted names below the package."""
    known = module_names(src)
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # a name of a package may be a module in it; then the package's own names are not needed
            found |= {
                inner if inner.removeprefix("alliance_nlp.") in known else node.module
                for inner in (f"{node.module}.{alias.name}" for alias in node.names)
            }
    names = {name.removeprefix("alliance_nlp.") for name in found if name.startswith("alliance_nlp.")}
    return names & known | {"__init__" for name in found if name == "alliance_nlp"}


def file_graph(src):
    """Module -> modules that it imports, functions' own imports and those for type checkers among them."""
    return {module_name(path, src): imported_modules(path, src) for path in source_files(src)}


def room_graph(src):
    """Room -> other rooms that it imports."""
    graph = {room_of(path, src): set() for path in source_files(src)}
    for one, other in arrows(src):
        graph[one].add(other)
    return graph


def arrows(src):
    """Pairs of rooms of which the first imports the second; a room's own files are no arrow."""
    pairs = {(a.split(".")[0], b.split(".")[0]) for a, names in file_graph(src).items() for b in names}
    return {(a, b) for a, b in pairs if a != b}


def measure(src):
    src = Path(src)
    files = {path: path.read_text(encoding="utf-8") for path in source_files(src)}
    sizes = body_sizes(src)
    longest = max(files, key=lambda path: n_lines(files[path]))
    names = Counter(path.name for path in files if path.name != "__init__.py")
    return {
        "rooms": len({room_of(path, src) for path in files}),
        "arrows between rooms": len(arrows(src)),
        "files": len(files),
        "file names used more than once": sum(n > 1 for n in names.values()),
        "executable lines": sum(map(n_executable_lines, files.values())),
        "largest file": f"{longest.relative_to(src)} ({n_lines(files[longest])} lines without docstrings)",
        "function bodies": len(sizes),
        "p90 of bodies": p90(sizes),
        "longest body": sizes[-1],
        "csv writers": sum(len(CSV_WRITER.findall(text)) for text in files.values()),
    }


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "src" / "alliance_nlp"
    commit = subprocess.run(
        ["git", "-C", str(place), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    print(f"commit: {commit.stdout.strip()}")
    for name, value in measure(place).items():
        print(f"{name}: {value}")
