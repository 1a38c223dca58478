"""The field whose default is made up, where a call of its class is what flips the outcome.

`Invitation(guest)` draws nothing that a reader can see: `id: UUID = field(default_factory=uuid4)` does, in a method that
nobody wrote (dataclasses, attrs, pydantic, the declarative models of databases). That field is the line to change.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from flakemark.events import TracedSite
from flakemark.explain.chain import ReadLine
from flakemark.model import Cause
from flakemark.sources import ReadFile, parsed


def field_instead(cause: Cause, site: TracedSite, files: Iterable[str], read_line: ReadLine, read_file: ReadFile) -> Cause | None:
    """Name the field of a class instead of the call of that class.

    Args:
        cause: the call.
        site: its site, with the source that it asks.
        files: of the project, in which the class may stand.
        read_line: returns the stripped text of a line of the project.
        read_file: returns the text of a file of the project, "" if it cannot be read.

    Returns:
        None unless exactly one field of one class of that name has a default from that source.
    """
    called, source = _last(site.site.callee), _last(site.source_name)
    if not called or not source or called == source:
        return None
    found = [(file, name, node) for file in dict.fromkeys(files) for name, node in _fields(read_file(file), called, source)]
    if len(found) != 1:
        return None
    [(file, name, node)] = found
    return replace(
        cause,
        file=file,
        line=node.lineno,
        end_line=node.end_lineno or node.lineno,
        function=name,
        source=read_line(file, node.lineno),
        detail=f"the field gets its value where {called} is called, in {cause.file}:{cause.line}; {cause.detail}",
    )


def _fields(text: str, called: str, source: str) -> Iterator[tuple[str, ast.stmt]]:
    """Find the fields of classes of this name whose value is made by a call that is given the source, with the class's name."""
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.ClassDef) and node.name == called:
            for statement in node.body:
                if isinstance(statement, ast.AnnAssign | ast.Assign) and _is_given(statement.value, source):
                    yield node.name, statement


def _is_given(value: ast.expr | None, source: str) -> bool:
    if not isinstance(value, ast.Call):
        return False
    given = [*value.args, *(keyword.value for keyword in value.keywords)]
    return any(_last(ast.unparse(one)) == source for one in given if isinstance(one, ast.Name | ast.Attribute))


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]
