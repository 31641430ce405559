"""The codes of a project that is written again follow its study: renamed, taken out, or kept where others need them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from alliance_nlp.errors import counted
from alliance_nlp.qda.code_trees import TRUE, describe, path_of
from alliance_nlp.qda.losses import QdaTrouble
from alliance_nlp.qda.markup import Element, add, guid_of
from alliance_nlp.records import Codebook, CodedSpan

SUGGESTION = "suggestion"  # name of a note that says how probable a suggestion is
Places = Mapping[str, frozenset[tuple[str, str]]]


def renamed(codes: Mapping[str, str], there: Iterable[tuple[str, str, str]], book: Codebook,
            spans: Iterable[CodedSpan], definitions: Mapping[str, str]) -> dict[str, str]:  # fmt: skip
    """Give codes that have another path now: old path to new.

    A code is known again where all that it was given to, by the same people, now carries the new one; or, where nobody
    gave it, by its definition. Where two could be meant, none is.

    Parameters
    ----------
    codes : dict of str to str
        Paths by id, as they were read.
    there : iterable of (coder, place, path)
        Codings in the file.
    book : Codebook
        The codebook now.
    spans : iterable of CodedSpan
        Codings now.
    definitions : dict of str to str
        What was written to each code in the file.
    """
    gone = [path for path in codes.values() if path not in book.paths]
    new = [code for code in book if code.id not in set(codes.values())]
    if not gone or not new:
        return {}
    was = _places((path, coder, place) for coder, place, path in there)
    now = _places((span.code_id, span.coder, span.segment_id) for span in spans)
    signs = {path: (was.get(path), "" if path in was else definitions.get(path, "")) for path in gone}
    new_signs = {code.id: (now.get(code.id), "" if code.id in now else code.definition) for code in new}
    times = Counter([*signs.values(), *new_signs.values()])
    by_sign = {sign: path for path, sign in new_signs.items()}
    return {path: by_sign[sign] for path, sign in signs.items()
            if sign in by_sign and sign != (None, "") and times[sign] == 2}  # fmt: skip


def _places(found: Iterable[tuple[str, str, str]]) -> Places:
    held: dict[str, set[tuple[str, str]]] = {}
    for path, coder, place in found:
        held.setdefault(path, set()).add((coder, place))
    return {path: frozenset(places) for path, places in held.items()}


def rename(
    root: Element, moved: Mapping[str, str], guids: dict[str, str], book: Codebook, guid: Callable[[str, str], str]
) -> list[QdaTrouble]:
    """Give codes of the file their new names, below the codes that now stand above them; those not there are made."""
    elements = {guid_of(e): e for e in root.iterfind("CodeBook/Codes//Code")}
    above = {child: parent for parent in root.iter() for child in parent}
    described = {theme.name: theme.description for theme in book.themes}
    told = []
    for old, new in moved.items():
        element = elements[guids[new]]
        told.append(QdaTrouble("codes", new, f"was {old!r}; renamed in the file"))
        kept = old.removesuffix(element.get("name", ""))  # what stands above it, whatever the rule of levels
        if kept != old and new.startswith(kept) and "/" not in new[len(kept) :]:
            element.set("name", new[len(kept) :])
            continue
        parts, home = path_of(book[new]), root.find("CodeBook/Codes")
        for depth, name in enumerate(parts[:-1], 1):
            key = "/".join(parts[:depth])
            if guids.setdefault(key, guid("code", key)) not in elements and home is not None:
                made = add(home, "Code", guid=guids[key], name=name, isCodable="false")
                describe(made, described.get(key, ""))
                elements[guids[key]] = made
            home = elements[guids[key]]
        element.set("name", parts[-1])
        if home is not None and home is not above[element]:
            above[element].remove(element)
            home.append(element)
    return told


def take_out(root: Element, codes: Mapping[str, str], book: Codebook, used: Collection[str]) -> list[QdaTrouble]:
    """Take codes out that the study does not have any more, those at the bottom first; say so of each.

    A code stays where other codes below it do, or where pictures, sound or texts that no record holds carry it.
    """
    elements = {guid_of(e): e for e in root.iterfind("CodeBook/Codes//Code")}
    above = {child: parent for parent in root.iter() for child in parent}
    held = Counter(guid_of(ref, "targetGUID") for ref in root.iter("CodeRef"))
    described = {theme.name: theme.description for theme in book.themes}
    stay = {*book.ids, *book.former, *used}
    gone: dict[str, str] = {}
    told: dict[str, str] = {}
    for guid, element in reversed(elements.items()):  # a code stands before those below it
        path = codes.get(guid)
        if path is None or path in stay:
            continue
        if held[guid]:
            why = f"{counted(held[guid], 'coding')} of pictures, sound, or texts without a place"
            told[path] = f"not in the study any more, and kept in the file: it has {why}"
        elif element.find("Code") is None and path not in book.paths:
            above[element].remove(element)
            gone[guid] = path
            told[path] = "not in the study any more; taken out of the file"
        elif element.get("isCodable", "true").strip().lower() in TRUE:
            element.set("isCodable", "false")
            describe(element, described.get(path, ""))
            told[path] = "not in the study any more; it only holds those below it"
    for guid, n in _forget(root, gone).items():
        told[gone[guid]] += f", with {counted(n, 'mention')} in sets, links and graphs"
    drop_empty(root, "CodeBook/Codes", "CodeBook", "Links", "Sets")
    return [QdaTrouble("codes", path, what) for path, what in reversed(told.items())]


def _forget(root: Element, gone: Collection[str]) -> Counter[str]:
    """Take mentions of codes out: members of sets, ends of links, points of graphs; give how many of each code."""
    n: Counter[str] = Counter()
    for parent in list(root.iter()) if gone else ():
        for child in list(parent):
            ends = {"MemberCode": ("targetGUID", "guid"), "Link": ("originGUID", "targetGUID"),
                    "Vertex": ("representedGUID",)}.get(str(child.tag), ())  # fmt: skip
            named = [guid for name in ends if (guid := guid_of(child, name)) in gone]
            if named and child.tag == "Vertex":
                del child.attrib["representedGUID"]
            elif named:
                parent.remove(child)
            n.update(named[:1])
    return n


def drop_empty(root: Element, *paths: str) -> None:
    """Take out containers that hold nothing: the schema does not allow them."""
    for path in paths:
        parent = root if "/" not in path else root.find(path.rpartition("/")[0])
        found = root.find(path)
        if parent is not None and found is not None and not len(found):
            parent.remove(found)


def take_out_branches(root: Element, branches: Collection[str]) -> None:
    """Take out what machines suggested, with its codes and sets, so that it is written as it is now."""
    if not branches:
        return
    touched = []
    for parent in list(root.iter()):
        for child in list(parent):
            coding = child.tag == "Coding" and any(guid_of(r, "targetGUID") in branches for r in child.iter("CodeRef"))
            group = child.tag == "Set" and any(guid_of(m, "targetGUID") in branches for m in child.iter("MemberCode"))
            if coding or group or (child.tag == "Code" and guid_of(child) in branches):
                parent.remove(child)
                touched += [parent] if coding else []
    drop_bare(root, touched)
    mentioned = {guid_of(ref, "targetGUID") for ref in root.iter("NoteRef")}
    for notes in root.findall("Notes"):
        for note in list(notes):
            if note.get("name") == SUGGESTION and guid_of(note) not in mentioned:
                notes.remove(note)
    drop_empty(root, "CodeBook/Codes", "CodeBook", "Sets")


def drop_bare(root: Element, touched: Iterable[Element]) -> None:
    """Take out stretches of texts that carried codes, and now carry neither a code nor a comment."""
    bare = {selection for selection in touched if selection.tag == "PlainTextSelection" and not len(selection)}
    for parent in list(root.iter()) if bare else ():
        for child in list(parent):
            if child in bare:
                parent.remove(child)
