"""One-line changes to a source file: what a slip of a programmer's finger could have made of it.

Every change is one of the kinds below at one place of the syntax tree. The list for a file is the same each time.
"""

import ast
import copy
import dataclasses
import hashlib
from collections.abc import Iterator

COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
# a change there fails at once or never, and says nothing of the tests
TRIVIAL = {"strict", "axis", "keepdims", "stacklevel", "dtype", "copy"}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One change: where it is, what it does, and the source that holds it."""

    line: int
    change: str
    becomes: str
    source: str

    @property
    def key(self) -> str:
        """A number that depends on the change alone, to draw mutants by."""
        return hashlib.sha256(f"{self.change} {self.becomes}".encode()).hexdigest()


def mutants_of(text: str) -> list[Mutant]:
    """All one-line changes of a module, in the order of its lines."""
    tree = ast.parse(text)
    found = []
    for node, change, made in _changes(tree):
        if node.lineno != node.end_lineno:
            continue
        lines = text.splitlines(keepends=True)
        line = lines[node.lineno - 1].encode()
        new = line[: node.col_offset] + ast.unparse(made).encode() + line[node.end_col_offset :]
        lines[node.lineno - 1] = new.decode()
        source = "".join(lines)
        if source != text and _parses(source):
            found.append(Mutant(node.lineno, change, new.decode().strip(), source))
    return sorted(found, key=lambda m: (m.line, m.change, m.becomes))


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr, str, ast.expr]]:
    for node in _judged(tree):
        made = copy.deepcopy(node)
        if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
            made.ops[0] = COMPARISONS[type(node.ops[0])]()
            yield node, "another comparison", made
        elif isinstance(node, ast.BoolOp):
            made.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield node, "and for or", made
        elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC and not _is_text(node):
            made.op = ARITHMETIC[type(node.op)]()
            yield node, "another operation", made
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
            yield node, "without its sign", node.operand
        elif isinstance(node, ast.Constant):
            yield from _other_constants(node)
        elif isinstance(node, ast.IfExp):
            yield node, "the other branch", ast.IfExp(node.test, node.orelse, node.body)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            made.func.id = CALLS[node.func.id]
            yield node, "another call", made


def _other_constants(node: ast.Constant) -> Iterator[tuple[ast.expr, str, ast.expr]]:
    if isinstance(node.value, bool):
        yield node, "the opposite", ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield node, "another number", ast.Constant(node.value + 1)


def _is_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    return any(
        isinstance(s, ast.JoinedStr) or (isinstance(s, ast.Constant) and isinstance(s.value, str)) for s in sides
    )


def _judged(tree: ast.Module) -> Iterator[ast.expr]:
    """Expressions inside functions: not types, not defaults of fields, not the messages of errors."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                yield from _expressions(statement)


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Raise | ast.FunctionDef | ast.ClassDef | ast.JoinedStr):
        return
    if isinstance(node, ast.Call) and "warn" in ast.unparse(node.func):
        return
    if isinstance(node, ast.keyword) and node.arg in TRIVIAL:
        return
    if isinstance(node, ast.AnnAssign):
        children: list[ast.AST] = [node.value] if node.value is not None else []
    else:
        children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.expr):
        yield node
    for child in children:
        yield from _expressions(child)
