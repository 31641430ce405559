"""A project taken apart, as reading and writing both need it: users, codes, texts, codings, our own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from alliance_nlp.qda.code_trees import LevelRule, Tree, read_tree
from alliance_nlp.qda.containers import Container
from alliance_nlp.qda.held_codings import HeldCoding, Placed, codings_in, place, place_own, users_of
from alliance_nlp.qda.held_texts import held_texts
from alliance_nlp.qda.markup import Element, guid_of, text_of
from alliance_nlp.qda.own_data import OwnData
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.records import Role

OURS = "alliance_nlp"


@dataclass(frozen=True)
class Held:
    """A project taken apart: everything that reading and writing both need."""

    root: Element
    container: Container
    users: Mapping[str, str]
    notes: Mapping[str, str]
    tree: Tree
    placed: Placed
    codings: tuple[HeldCoding, ...]
    own: OwnData
    remarks: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """The program that wrote it."""
        return self.root.get("origin", "").strip()


@dataclass(frozen=True)
class Rules:
    """How the caller wants a project read."""

    levels: LevelRule = "top"
    offsets: str | None = None
    roles: Mapping[str, Role | None] = field(default_factory=dict)
    encoding: str | None = None
    remarks: Remarks = field(default_factory=Remarks)


def take_apart(root: Element, container: Container, rules: Rules, remarks: tuple[str, ...] = ()) -> Held:
    """Find users, codes, texts and codings of a project."""
    users = users_of(root)
    notes = {guid_of(n): text_of(n, "PlainTextContent") for n in root.iterfind("Notes/Note")}
    own = OwnData.of((n.get("name", ""), notes[guid_of(n)]) for n in root.iterfind("Notes/Note"))
    tree = own.part(read_tree(root.find("CodeBook/Codes"), rules.levels, container.path.name, notes))
    texts = held_texts(root, container, rules.encoding, rules.remarks)
    ours = own and root.get("origin", "").startswith(OURS) and rules.offsets is None
    unplaced = own.get("unplaced", ())
    placed = place_own(texts, unplaced) if ours else place(texts, root.get("origin", ""), rules.offsets)
    codings = tuple(codings_in(placed, users, tree, notes))
    return Held(root, container, users, notes, tree, placed, codings, own, remarks)
