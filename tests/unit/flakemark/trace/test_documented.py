"""The examples of docs/tracing.md show what is really rewritten."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from flakemark.trace.instrument import AWAITED, CALLEE, ENTERED, ITERABLE, VALUE, instrument

DOCUMENT = Path(__file__).parents[4] / "docs" / "tracing.md"
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
    version = re.search(r"\(3\.(\d+)\)$", head)
    if version and sys.version_info < (3, int(version[1])):
        pytest.skip(f"needs Python 3.{version[1]}")
    plain = re.sub("|".join(NAMES), "", EXAMPLES[head])
    assert ast.dump(_Marked().visit(instrument(ast.parse(plain), "m.py", lambda site, varying=False: 0))) == marked(EXAMPLES[head])


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_every_construct_has_an_example(construct: str) -> None:
    assert any(re.search(construct, head) for head in EXAMPLES)
