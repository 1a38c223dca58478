"""The examples of docs/tracing.md show what is really rewritten."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flakemark.trace.bypass import is_bypassed
from flakemark.trace.instrument import instrument
from flakemark.trace.probe import AWAITED, CALLEE, ENTERED, ITERABLE, PASSED, VALUE

DOCUMENT = Path(__file__).parents[4] / "docs" / "tracing.md"
SAMPLES = Path(__file__).with_name("constructs.txt")
PROBES = {VALUE: "•", CALLEE: "◦", ITERABLE: "°", AWAITED: "▸"}
NAMES = {mark: f"probe{number}" for number, mark in enumerate(PROBES.values())}
BLOCK = DOCUMENT.read_text(encoding="utf-8").split("### Every construct, as it is rewritten")[1].split("```text\n")[1].split("\n```")[0]
EXAMPLES: dict[str, str] = dict(part.split("\n", 1) for part in re.split(r"^# ", BLOCK, flags=re.MULTILINE)[1:])
# What issue reports and reviews ask about; each must stay in the document.
CONSTRUCTS = (
    "calls", "stores", "augmented", "walrus", "comprehensions", "generators", "coroutines", "match", "try", r"except\*", "decorators",
    "class bodies", "metaclasses", "dataclasses", "slots", "nonlocal and global", "star expressions", "f-strings", "__future__", "run time",
    "conditional expressions", "boolean operators", "chained comparisons", "type parameters", "template strings", "lambdas", "default arg",
    "del", "assert",
)  # fmt: skip


class _Marked(ast.NodeTransformer):
    """Turns probes back into marks, without their sites."""

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        probe = node.func.value if isinstance(node.func, ast.Subscript) else node.func
        if isinstance(probe, ast.Name) and probe.id in PROBES:
            node.func, node.args = ast.Name(NAMES[PROBES[probe.id]], ast.Load()), node.args[1:]
        return node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        return self.visit(node.orelse) if is_bypassed(node, PASSED) else self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> Any:
        entered = isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == ENTERED
        return None if entered else self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> Any:
        return None if node.names[0] in PROBES else node


def marked(source: str) -> str:
    """Parse an example; a mark stands before a name with its attributes, or before parentheses."""
    for mark, name in NAMES.items():
        source = re.sub(rf"{mark}([A-Za-z_][\w.]*)", rf"{name}(\1)", source).replace(mark, name)
    return ast.dump(ast.parse(source))


@pytest.mark.parametrize("head", EXAMPLES)
def test_an_example_is_rewritten_as_the_document_says(head: str) -> None:
    version = _documented(head, "")
    if version > sys.version_info[1]:
        pytest.skip(f"needs Python 3.{version}")
    plain = re.sub("|".join(NAMES), "", EXAMPLES[head])
    assert ast.dump(_Marked().visit(instrument(ast.parse(plain), "m.py", lambda site, varying=False: 0))) == marked(EXAMPLES[head])


def grammar() -> set[str]:
    """Return the kinds of statements, expressions, patterns and their parts that this Python's parser knows."""
    operators = (ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.expr_context, ast.type_ignore, ast.mod, ast.slice)
    kinds = [kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST) and not kind.__subclasses__()]
    of_old = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis"}
    return {kind.__name__ for kind in kinds if not issubclass(kind, operators)} - of_old


def missing_in(samples: dict[str, str], version: Callable[[str, str], int]) -> set[str]:
    """Return the kinds of nodes that none of the samples for this Python has."""
    able = [source for head, source in samples.items() if version(head, source) <= sys.version_info[1]]
    return grammar() - {type(node).__name__ for source in able for node in ast.walk(ast.parse(source))}


def _documented(head: str, _: str) -> int:
    found = re.search(r"\(3\.(\d+)\)$", head)
    return int(found[1]) if found else 0


def _run(_: str, source: str) -> int:
    found = re.match(r"# 3\.(\d+)", source)
    return int(found[1]) if found else 0


def test_every_kind_of_syntax_has_an_example() -> None:
    plain = {head: re.sub("|".join([*PROBES.values()]), "", example) for head, example in EXAMPLES.items()}
    assert missing_in(plain, _documented) == set()


def test_every_kind_of_syntax_is_run() -> None:
    samples = dict(part.split("\n", 1) for part in SAMPLES.read_text(encoding="utf-8").split("### ")[1:])
    assert missing_in(samples, _run) == set()


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_every_construct_has_an_example(construct: str) -> None:
    assert any(re.search(construct, head) for head in EXAMPLES)
