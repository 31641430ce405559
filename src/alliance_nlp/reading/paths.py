"""Names that are paths: which sign parts their levels, and what proves that it does."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

Parts = tuple[str, ...]
# Roots that programs write before every path.
ROOTS = frozenset({
    "nodes", "codes", "code system", "codesystem", "themes", "tree nodes", "knoten", "noder", "noeuds", "nœuds",
    "nodos", "codigos", "códigos", "nodi", "codici", "liste der codes", "codebook", "kodes", "koder", "kodesystem",
    "kodsystem", "kodeliste", "kodebok", "code list", "list of codes", "liste des codes", "système de codes",
    "système codes", "lista de códigos", "sistema de códigos", "sistema di codici", "elenco dei codici", "codesysteem",
    "codelijst",
    "koodijärjestelmä", "system kodów", "lista kodów", "система кодов", "代码系统", "コードシステム",
})  # fmt: skip
# What a dot follows without being a level above what comes next.
SHORTENED = frozenset({
    "dr", "mr", "mrs", "ms", "prof", "st", "fr", "hr", "nr", "no", "vs", "e.g", "i.e", "eg", "ie", "etc", "ca", "bzw",
    "z.b", "u.a", "z", "f.eks", "d", "m", "p", "bl.a", "sr", "sra", "dra",
})  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """A sign that may part levels; one that has other uses too needs more evidence."""

    name: str
    pattern: re.Pattern[str]
    weak: bool = False

    def split(self, name: str) -> Parts:
        """Levels of a name; one where the sign does not part it."""
        parts = tuple(part.strip() for part in self.pattern.split(name.strip()))
        parts = parts[1:] if len(parts) > 2 and not parts[0] else parts  # \\Time\\Waiting
        whole = (name.strip(),)
        if len(parts) < 2 or not all(parts) or not all(any(map(str.isalnum, part)) for part in parts):
            return whole
        if self.weak and any(re.fullmatch(r"[\d.,]+", part) for part in parts):
            return whole
        if self.name == "." and any(part.casefold() in SHORTENED or len(part) == 1 for part in parts[:-1]):
            return whole
        return parts


# blanks around a sign are stripped from the parts; none is sought before it, where a long run would cost its square
SIGNS = (
    Sign("\\", re.compile(r"\\+")),
    Sign(">", re.compile(r"-{1,9}>|={1,9}>|>+|[›»→⟶➔➜▸►▶⇒❯⟩〉＞]|&gt;|&raquo;|&rarr;")),
    Sign("::", re.compile(r"::")),
    Sign("/", re.compile(r"/+|／"), weak=True),
    Sign("|", re.compile(r"\||｜"), weak=True),
    Sign(":", re.compile(r":\s+|：\s*"), weak=True),
    Sign("--", re.compile(r"\s{0,9}(?:-{2,3}|—)\s*"), weak=True),
    Sign("__", re.compile(r"\s{0,9}_{2,3}\s*"), weak=True),
    Sign("–", re.compile(r"\s{1,9}[-–—]\s+"), weak=True),
    Sign("·", re.compile(r"\s{1,9}[·•]\s+|・"), weak=True),
    Sign(".", re.compile(r"(?<=[^\s.])\.(?=[^\s.\d])"), weak=True),
)


# signs that keyboards and word processors write for one another
_ALIKE = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("’‘ʼ′`´", "'"), **dict.fromkeys("“”„‟«»", '"')}
)


def folded(name: str) -> str:
    """Form a name for comparing: normal form, case, blanks and kinds of dashes and quotation marks apart."""
    plain = unicodedata.normalize("NFKC", name.translate(_ALIKE)).casefold().translate(_ALIKE)
    seen = "".join(" " if c.isspace() else c for c in plain if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", " ".join(seen.split()))


@dataclass(frozen=True)
class Habit:
    """How the names of a column are split into levels: by which sign, and what proves it."""

    sign: Sign | None
    split: Mapping[str, Parts] = field(default_factory=dict)  # what each name that is a path was split into
    proof: str = ""

    def of(self, name: str) -> Parts:
        """Levels of a name."""
        return self.split.get(name, (name.strip(),))


def habit_of(names: Sequence[str]) -> Habit:
    """Find the sign that parts levels in a column of names, where a parent of its own row or most rows prove it."""
    listed = list(dict.fromkeys(name for name in names if name.strip()))
    for sign in SIGNS:
        split = {name: parts for name in listed if len(parts := sign.split(name)) > 1}
        if split and (found := _proven(sign, split, listed)) is not None:
            return found
    return Habit(None)


def _proven(sign: Sign, split: Mapping[str, Parts], listed: Sequence[str]) -> Habit | None:
    own = {tuple(map(folded, sign.split(name))) for name in listed}
    under = {name: parts for name, parts in split.items() if tuple(map(folded, parts[:-1])) in own}
    shared = Counter(tuple(map(folded, parts[:-1])) for parts in split.values())
    most = 2 * len(split) > len(listed)
    if most and (not sign.weak or max(shared.values()) > 1):
        return Habit(sign, _rootless(split, listed), f"{len(split)} of {len(listed)} names have it")
    if under:
        return Habit(sign, split if not sign.weak else under, f"{len(under)} parents have a row of their own")
    return None


def _rootless(split: Mapping[str, Parts], listed: Collection[str]) -> Mapping[str, Parts]:
    """Take a program's own root from the front of every path."""
    first = {folded(parts[0]) for parts in split.values()}
    if len(first) == 1 and first <= ROOTS and all(len(parts) > 1 for parts in split.values()):
        return {name: parts[1:] for name, parts in split.items()}
    return split


def levels_in(name: str) -> list[Parts]:
    """Every way in which a name may be a path, the whole name first; for looking one up where paths are known."""
    found = [(name.strip(),), *(sign.split(name) for sign in SIGNS)]
    rootless = [parts[1:] for parts in found if len(parts) > 1 and folded(parts[0]) in ROOTS]
    return list(dict.fromkeys([*found, *rootless]))
