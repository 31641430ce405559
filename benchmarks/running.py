"""What every run script does: read its arguments, measure part by part, store rows, write the page."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.corpora import default_folder
from benchmarks.rows import REPOSITORY, Row, keep_last, read_rows, write_row

DOCS = REPOSITORY / "docs"
Stored = dict[str, list[Row]]
"""The rows of each part of a benchmark."""
TIMES = "times"


def measured(stored: Stored) -> list[Row]:
    """Give the rows of all parts; how long a part took is no measurement of the library."""
    return [row for name, rows in stored.items() if name != TIMES for row in rows]


@dataclass(frozen=True)
class Part:
    """One measurement: what makes its rows, which columns name a setting, which peers it is run beside."""

    measure: Callable[[argparse.Namespace], Iterator[Row]]
    key: tuple[str, ...]
    packages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Benchmark:
    """A folder of benchmarks: its parts, and the pages (path below docs -> text) and pictures made from their rows."""

    name: str
    parts: dict[str, Part]
    pages: Callable[[Stored], dict[str, str]]
    pictures: Callable[[Stored, Path], None] | None = None
    arguments: Callable[[argparse.ArgumentParser], None] | None = None

    @property
    def results(self) -> Path:
        """Where the rows lie."""
        return REPOSITORY / "benchmarks" / self.name / "results"

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """Which columns name a setting, of each file of rows."""
        return {**{name: part.key for name, part in self.parts.items()}, TIMES: ("part",)}

    def stored(self, folder: Path | None = None) -> Stored:
        """Read the rows of every part."""
        return {name: read_rows((folder or self.results) / f"{name}.jsonl") for name in self.keys}

    def main(self, words: Sequence[str] | None = None, *, encoder: Any = None) -> int:
        """Measure the parts that were asked for, then write the page."""
        options = self._parser().parse_args(words)
        options.encoder = encoder
        options.results = (options.out or self.results) / ("results" if options.out else "")
        for name in [] if options.page_only else options.parts:
            self._measure(name, options)
        self.write_pages(options.results, options.out or DOCS)
        return 0

    def write_pages(self, results: Path, docs: Path) -> None:
        """Write pages and pictures from stored rows."""
        stored = self.stored(results)
        for place, text in self.pages(stored).items():
            path = docs / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path, flush=True)
        if self.pictures is not None:
            self.pictures(stored, docs / "benchmarks")

    def _measure(self, name: str, options: argparse.Namespace) -> None:
        part, path, start = self.parts[name], options.results / f"{name}.jsonl", time.perf_counter()
        found = []
        for figures in part.measure(options):
            found.append(write_row(path, figures, packages=part.packages))
            print(name, {key: found[-1].get(key) for key in part.key}, flush=True)
        if not found:
            print(f"{name}: nothing measured", flush=True)
            return
        keep_last(path, part.key)
        seconds = round(time.perf_counter() - start, 1)
        write_row(options.results / f"{TIMES}.jsonl", {"part": name, "seconds": seconds, "seed": None, "data": None})
        keep_last(options.results / f"{TIMES}.jsonl", ("part",))

    def _parser(self) -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser(
            description=f"Measure {self.name}: one row a line in benchmarks/{self.name}/results/PART.jsonl, and the "
            f"page docs/benchmarks/{self.name}.md from them. A setting that is measured again replaces its row.",
        )
        add = parser.add_argument
        add("--parts", nargs="+", choices=list(self.parts), default=list(self.parts), help="what to measure")
        add("--data", type=Path, default=default_folder(), help="folder of the hand-coded corpora")
        add("--out", type=Path, default=None, help="keep rows and page in this folder, not in the project")
        add("--quick", action="store_true", help="as little as shows that it runs; the figures mean nothing")
        add("--page-only", action="store_true", help="write the page anew from the stored rows")
        if self.arguments is not None:
            self.arguments(parser)
        return parser
