"""Which variables of the environment a project reads, and which values it knows for them.

A trace tells where a variable is read and what was found, not its name: that stands in the source.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from flakemark.events import Site, TracedSite
from flakemark.reproduce.settings import variable
from flakemark.reproduction import Setting
from flakemark.sources import ReadFile, parsed

_READERS = frozenset({"os.environ", "os.getenv", "os.environb", "os.getenvb"})
_OTHERS_OWN = ("PYTEST_", "PYTHON", "COVERAGE", "COV_", "FLAKEMARK")  # of the tools that run the test
USUAL = ("1", "0", "")  # most variables switch something on or off
MOST_VALUES, MOST_SETTINGS = 6, 32


def variables_read(sites: Iterable[TracedSite], inherited: Mapping[str, str], read_file: ReadFile) -> list[Setting]:
    """List other values of the variables that are read at these sites: those that the code around knows, usual ones, none at all.

    What a variable holds now is put back around single calls and so gets into the report. A value that stands nowhere in the code
    may be a password: that variable is left alone.

    Args:
        sites: of a trace.
        inherited: the variables with which tests run.
        read_file: returns the text of a file of the project, "" if it cannot be read.
    """
    found: dict[str, dict[str | None, None]] = {}
    for traced in sites:
        if traced.source_name in _READERS:
            for name, values in _at(traced.site, read_file(traced.site.file)):
                if not name.startswith(_OTHERS_OWN):
                    found.setdefault(name, {}).update(dict.fromkeys([*islice(values, MOST_VALUES), *USUAL, None]))
    public = {name: values for name, values in found.items() if inherited.get(name) in values}
    settings = [variable(name, value, inherited) for name, values in public.items() for value in values if value != inherited.get(name)]
    return settings[:MOST_SETTINGS]


def _at(site: Site, text: str) -> Iterator[tuple[str, list[str]]]:
    """Find the name of what is read at a site, and the texts in the function around it."""
    tree = parsed(text)
    _, line, column, _ = site.key.rsplit(":", 3)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call | ast.Subscript | ast.Compare) and (node.lineno, node.col_offset) == (int(line), int(column)):
            name = _name(node, tree)
            if name:
                yield name, [one for one in _texts(_around(tree, node)) if one != name]
                return


def _name(node: ast.Call | ast.Subscript | ast.Compare, tree: ast.Module) -> str:
    match node:
        case ast.Subscript(slice=given) | ast.Compare(left=given) | ast.Call(args=[given, *_]):
            return _text(given, tree)
        case ast.Call(keywords=[*keywords]):
            return next((_text(one.value, tree) for one in keywords if one.arg == "key"), "")


def _text(node: ast.expr, tree: ast.Module) -> str:
    """Return a text that is written there, or as a constant of the module."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            for statement in tree.body:
                match statement:
                    case ast.Assign(targets=[ast.Name(id=found)], value=ast.Constant(value=str(text))) if found == name:
                        return text
                    case _:
                        pass
        case _:
            pass
    return ""


def _around(tree: ast.Module, node: ast.expr) -> ast.AST:
    """Return the innermost function or class in which a node stands, or the module."""
    outer = [
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and one.lineno <= node.lineno <= (one.end_lineno or 0)
    ]
    return outer[-1] if outer else tree


def _texts(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and type(one.value) is str and 0 < len(one.value) <= 40 and "\n" not in one.value:
            yield one.value
