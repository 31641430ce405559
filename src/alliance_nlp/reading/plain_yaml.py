"""YAML as words: every value as it is written, aliases followed no further than a file can mean."""

from __future__ import annotations

from typing import Any

from alliance_nlp.errors import InputError
from alliance_nlp.files import DEEPEST, EXPANDED, too_much

_TAGS = {"str", "int", "float", "bool", "null", "timestamp", "seq", "map"}
_PREFIX = "tag:yaml.org,2002:"


def plain_yaml(yaml: Any, text: str, name: str) -> Any:
    """Read YAML into lists, dicts and words; ``no``, ``1e3`` and ``2025-00-01`` stay as they are written.

    Raises
    ------
    InputError
        When it holds tags that make other things, a key twice, or more than it may once its aliases are followed.

    Notes
    -----
    An alias costs nothing in the file and its whole value wherever it stands: values are counted as they would be
    written out, before any is made.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    _refuse_deep(yaml, text, loader, name)
    root = yaml.compose(text, loader)
    if root is None:
        return None
    sizes: dict[int, int] = {}
    _count(root, name, sizes, frozenset())
    if sizes[id(root)] > EXPANDED:
        raise too_much(name, f"{sizes[id(root)]:,} values once its aliases (*) are followed", f"{EXPANDED:,}")
    return _value(root, name)


def _refuse_deep(yaml: Any, text: str, loader: Any, name: str) -> None:
    """Refuse values nested too deep before any is made: composing goes down a step a level, until there is no more."""
    depth = 0
    refused = too_much(name, f"values nested more than {DEEPEST} deep", str(DEEPEST))
    try:
        for event in yaml.parse(text, loader):
            depth += isinstance(event, yaml.events.CollectionStartEvent)
            depth -= isinstance(event, yaml.events.CollectionEndEvent)
            if depth > DEEPEST:
                raise refused
    except yaml.MarkedYAMLError as err:
        if "nesting depth" in str(err.problem):  # PyYAML 6.0.4 has a limit of its own, and meets it in the first step
            raise refused from err
        raise


def _parts(node: Any) -> list[Any]:
    if isinstance(node.value, str):
        return []
    return [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]


def _count(node: Any, name: str, sizes: dict[int, int], above: frozenset[int]) -> None:
    """Count what a node holds once aliases are followed; each node is counted once."""
    if id(node) in above:
        raise InputError(
            f"{name}, line {node.start_mark.line + 1}: a value holds itself by an alias (*). Write it out."
        )
    if id(node) in sizes:
        return
    if len(above) > DEEPEST:
        raise too_much(name, f"values nested more than {DEEPEST} deep", str(DEEPEST))
    for part in _parts(node):
        _count(part, name, sizes, above | {id(node)})
    sizes[id(node)] = 1 + sum(sizes[id(part)] for part in _parts(node))


def _value(node: Any, name: str) -> Any:
    kind = str(node.tag).removeprefix(_PREFIX)
    if kind not in _TAGS:
        raise InputError(
            f"{name}, line {node.start_mark.line + 1}: the tag {node.tag[:60]!r} makes something else than words. "
            f"Take it out; lists, names and words need none."
        )
    if isinstance(node.value, str):
        return None if kind == "null" else node.value
    if kind == "seq":
        return [_value(part, name) for part in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        word = _value(key, name)
        if not isinstance(word, str) or word in found:
            raise InputError(
                f"{name}, line {key.start_mark.line + 1}: a name stands twice, or is no word. Name it once."
            )
        found[word] = _value(value, name)
    return found
