"""What can be said of a callee by how it is spelled.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import ast

# Their result depends on the frame they are called from, or is never nondeterministic: no probe.
_UNPROBED = frozenset({
    "super", "locals", "globals", "vars", "dir", "eval", "exec", "__import__", "breakpoint", "isinstance", "issubclass", "hasattr",
    "callable", "len", "type", "print", "range", "property", "staticmethod", "classmethod", "TypeVar", "NamedTuple", "TypedDict", "NewType",
})  # fmt: skip
_ITERATING_NAMES = frozenset({
    "list", "tuple", "iter", "enumerate", "map", "zip", "filter", "sum", "min", "max", "sorted", "next", "deque", "dict", "OrderedDict",
    "Counter", "chain", "islice", "cycle", "accumulate", "product", "permutations", "combinations", "groupby", "reduce", "takewhile",
    "dropwhile", "starmap", "array", "asarray", "as_completed",
})  # fmt: skip
_ITERATING_MODULES = frozenset({"builtins", "collections", "functools", "itertools"})
_ITERATING_METHODS = frozenset({
    "join", "extend", "fromkeys", "from_iterable", "writelines", "map", "array", "asarray", "chain", "islice", "fsum", "mean", "fmean",
    "stdev", "choice", "sample", "executemany", "gather", "update", "subtract", "extendleft", "as_completed",
})  # fmt: skip

# After these a debugger or a trace function is at work: the next line that it sees must be the user's.
_DEBUGGERS = frozenset({"set_trace", "settrace", "setprofile"})
# The compiler warns of a call of one of these; it would not see it behind a probe.
_NEVER_CALLABLE = (
    ast.Constant, ast.JoinedStr, ast.Tuple, ast.List, ast.ListComp, ast.Dict, ast.DictComp, ast.Set, ast.SetComp, ast.GeneratorExp,
)  # fmt: skip

# What has an order of its own, or none that can be seen.
_ORDERED = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp, ast.Lambda, ast.Dict)
_ORDERED_BY = frozenset({"range", "enumerate", "zip", "sorted", "reversed", "list", "tuple", "map", "filter"})


def has_order(node: ast.AST) -> bool:
    """Whether what an expression gives is no set, whatever goes into it."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _ORDERED_BY
    return isinstance(node, _ORDERED)


def generated(node: ast.AST) -> bool:
    """Whether pytest's assertion rewriting made this node: its names begin with "@"."""
    return root(node).startswith("@")


def is_pytests(function: ast.AST) -> bool:
    """Whether a callee is a helper of pytest's; "@py_assert1" is what the user calls."""
    return generated(function) and not root(function).startswith("@py_assert")


def root(node: ast.AST) -> str:
    """Return the name that an expression of attributes, calls and subscripts begins with."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.UnaryOp, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.operand if isinstance(node, ast.UnaryOp) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def callee_name(node: ast.AST) -> str:
    """Return the last name of what is called, "" where it has none."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def is_unprobed(function: ast.expr) -> bool:
    """Whether calls of this are left alone."""
    if is_pytests(function) or isinstance(function, _NEVER_CALLABLE) or callee_name(function) in _DEBUGGERS:
        return True
    return isinstance(function, ast.Name) and function.id in _UNPROBED


def iterates(node: ast.expr) -> bool:
    """Whether a callee goes through its arguments, so that the order of a set among them counts."""
    if isinstance(node, ast.Name):
        return node.id in _ITERATING_NAMES
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in _ITERATING_MODULES:
        return node.attr in _ITERATING_NAMES
    return isinstance(node, ast.Attribute) and node.attr in _ITERATING_METHODS
