"""Values as JSON and back, without loss: tuples, sets, dates, undefined numbers, arrays, any Unicode.

JSON has null, true, whole and finite numbers, text and lists as they are. Everything else is an object of one name:

    {"tuple": [...]}  {"set": [...]}  {"dict": [[key, value], ...]}  {"date": "2025-03-19"}  {"datetime": "..."}
    {"float": "nan"}  {"utf8": "hex"} (text with half a surrogate pair)  {"array": "hash of its file"}
    {"record": "hash of the record"}  {"rows": "Turn", "fields": [...], "values": [[...], ...]}
"""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from alliance_nlp.errors import InputError
from alliance_nlp.provenance import canonical_json, hash_bytes
from alliance_nlp.storage.kinds import can_be_kept, is_shared, kept_fields, kind_named

Migration = Callable[[dict[str, Any]], tuple[dict[str, Any], str]]


class Writer:
    """Turns one record and all it was made from into JSON and arrays, each different content once."""

    def __init__(self) -> None:
        self.records: dict[str, Any] = {}
        self.arrays: dict[str, bytes] = {}
        self._seen: dict[int, tuple[str, object]] = {}  # the object is kept so that its id is not given away

    def write(self, value: Any, where: str) -> Any:
        """Give a value's JSON; `where` names it in an error.

        Raises
        ------
        InputError
            When it is nothing that can be kept.
        """
        if value is None or isinstance(value, bool | np.bool_):
            return None if value is None else bool(value)
        if isinstance(value, str):
            return _text(str(value))
        if isinstance(value, np.generic):
            plain = value.item()
            return self._refuse(value, where) if isinstance(plain, np.generic) else self.write(plain, where)
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else {"float": repr(float(value))}
        if isinstance(value, datetime.datetime):
            return {"datetime": value.isoformat()}
        if isinstance(value, datetime.date):
            return {"date": value.isoformat()}
        return self._write_several(value, where)

    def _write_several(self, value: Any, where: str) -> Any:
        if isinstance(value, np.ndarray):
            return self._array(value, where)
        if isinstance(value, list | tuple):
            return self._sequence(value, where)
        if isinstance(value, frozenset | set):
            items = [self.write(item, where) for item in value]
            return {"set": sorted(items, key=canonical_json)}
        if isinstance(value, Mapping):
            return {"dict": [[self.write(k, where), self.write(v, f"{where}[{k!r}]")] for k, v in value.items()]}
        if can_be_kept(value):
            return {"record": self._record(value, where)} if is_shared(value) else self._rows([value], where)
        return self._refuse(value, where)

    def _refuse(self, value: object, where: str) -> Any:
        raise InputError(
            f"save() keeps the records of this library. {where} holds a {type(value).__name__}, which it cannot keep."
        )

    def _sequence(self, value: list[Any] | tuple[Any, ...], where: str) -> Any:
        kinds = {type(item) for item in value}
        if len(kinds) == 1 and can_be_kept(value[0]) and not is_shared(value[0]):
            written: Any = self._rows(value, where)
            return {"tuple": written} if isinstance(value, tuple) else {"list": written}
        items = [self.write(item, f"{where}[{i}]") for i, item in enumerate(value)]
        return {"tuple": items} if isinstance(value, tuple) else items

    def _rows(self, items: Iterable[Any], where: str) -> dict[str, Any]:
        """Write records of one kind as a table, so that field names stand once."""
        items = list(items)
        fields, name = kept_fields(items[0]), type(items[0]).__name__
        values = [[self.write(getattr(item, f), f"{where}.{f}") for f in fields] for item in items]
        return {"rows": name, "fields": fields, "values": values}

    def _record(self, value: Any, where: str) -> str:
        if id(value) not in self._seen:
            name = type(value).__name__
            inside = where if where == name else f"{where} ({name})"
            fields = {f: self.write(getattr(value, f), f"{inside}.{f}") for f in kept_fields(value)}
            entry = {"kind": name, "fields": fields}
            key = hash_bytes(canonical_json(entry))
            self.records.setdefault(key, entry)
            self._seen[id(value)] = (key, value)
        return self._seen[id(value)][0]

    def _array(self, value: np.ndarray[Any, Any], where: str) -> dict[str, str]:
        if value.dtype.kind not in "biufcU":
            raise InputError(
                f"{where} is an array of {value.dtype}, which save() cannot keep: it keeps numbers and text."
            )
        out = io.BytesIO()
        np.save(out, np.asarray(value, order="C"), allow_pickle=False)
        key = hash_bytes(out.getvalue())
        self.arrays[key] = out.getvalue()
        return {"array": key}


class Reader:
    """Makes records of JSON again, each stored one once; `changes` says what migrations changed."""

    def __init__(
        self, records: Mapping[str, Any], array: Callable[[str], np.ndarray[Any, Any]],
        migrations: Mapping[str, Migration],
    ) -> None:  # fmt: skip
        self._records, self._array, self._migrations = records, array, migrations
        self._made: dict[str, Any] = {}
        self.changes: list[str] = []

    def read(self, value: Any) -> Any:
        """Give the value that some JSON stands for.

        Raises
        ------
        InputError
            When the JSON is none that `Writer` writes.
        """
        if isinstance(value, list):
            return [self.read(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "rows" in value:
            return self._rows(value)[0]
        (name, content), *more = value.items() or [("nothing", None)]
        if more or name not in _READERS:
            raise InputError(f"it holds a value of the unknown kind {name!r}")
        return _READERS[name](self, content)

    def _rows(self, value: Mapping[str, Any]) -> list[Any]:
        names = value["fields"]
        rows = ({n: self.read(v) for n, v in zip(names, row, strict=True)} for row in value["values"])
        return [self._make(value["rows"], fields) for fields in rows]

    def _items(self, content: Any) -> list[Any]:
        return self._rows(content) if isinstance(content, dict) else [self.read(item) for item in content]

    def _record(self, key: str) -> Any:
        if key not in self._made:
            if key not in self._records:
                raise InputError(f"record {key[:12]} is missing")
            entry = self._records[key]
            if hash_bytes(canonical_json(entry)) != key:
                raise InputError(f"record {key[:12]} ({entry.get('kind')}) was changed since it was saved")
            fields = {name: self.read(value) for name, value in entry["fields"].items()}
            self._made[key] = self._make(entry["kind"], fields)
        return self._made[key]

    def _make(self, name: str, fields: dict[str, Any]) -> Any:
        kind = kind_named(name)
        if kind is None:
            raise InputError(f"it holds a record of the kind {name!r}, which this version does not know")
        if name in self._migrations:
            fields, change = self._migrations[name](fields)
            self.changes += [change] if change and change not in self.changes else []
        return kind(**fields)


_READERS: dict[str, Callable[[Reader, Any], Any]] = {
    "tuple": lambda reader, content: tuple(reader._items(content)),
    "list": lambda reader, content: reader._items(content),
    "set": lambda reader, content: frozenset(reader.read(item) for item in content),
    "dict": lambda reader, content: {reader.read(key): reader.read(value) for key, value in content},
    "date": lambda _, content: datetime.date.fromisoformat(content),
    "datetime": lambda _, content: datetime.datetime.fromisoformat(content),
    "float": lambda _, content: float(content),
    "utf8": lambda _, content: bytes.fromhex(content).decode("utf-8", "surrogatepass"),
    "array": lambda reader, content: reader._array(content),
    "record": lambda reader, content: reader._record(content),
}


def _text(value: str) -> str | dict[str, str]:
    """Text as it is; text with half a surrogate pair as bytes, since JSON would join two halves into one letter."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return {"utf8": value.encode("utf-8", "surrogatepass").hex()}
    return value
