"""Read JUnit reports into failed tests; whatever is wrong with a file becomes one line and stops no other."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast
from xml.etree.ElementTree import Element, ParseError

from flakemark.ingest.attempts import Attempts, add, fold
from flakemark.ingest.crash import find_crash
from flakemark.ingest.find import NotFound, find_reports, relative
from flakemark.ingest.nodeids import Rebuilder, Rebuilt
from flakemark.ingest.paths import ProjectPaths
from flakemark.ingest.testcases import Suite, is_report, read_testcases
from flakemark.ingest.tree import Tree
from flakemark.ingest.xmlsafe import CappedReader, Parse, TooLarge, safe_parse
from flakemark.model import FailedTest, Ingested, NodeId

MAX_LINE = 500
_CUT_OFF = (3, 5)  # expat: "no element found", "unclosed token"


@dataclass(frozen=True, slots=True)
class _Contents:
    """One report, read: its tests by node id with attempts, those that failed to be collected among them."""

    source: str
    attempts: dict[NodeId, Attempts]
    ran: tuple[NodeId, ...]


class _Unusable(Exception):
    """A report that cannot be used; the message completes "<file>: ..."."""


def read_reports(
    patterns: Sequence[str], root: Path, *, parse: Parse = safe_parse, workspace_map: tuple[str, str] | None = None
) -> Ingested:
    """Read every report that the patterns name.

    Args:
        patterns: paths, globs or folders, relative to `root`.
        root: the project folder, against which node ids are rebuilt.
        parse: turns an opened binary file into the root element, refusing DTDs and entities; what it raises is a problem of the file.
        workspace_map: absolute prefix of paths inside the reports, and the folder here that it stands for.

    Returns:
        Failed tests in report order (several files: in the order of the patterns, then by name), the order of all tests that
        ran, and a line for each pattern or file with which something is wrong.
    """
    tree = Tree(Path(os.path.abspath(root)))
    paths = ProjectPaths(tree, workspace_map)
    problems: list[str] = []
    contents = [_read(file, tree, paths, parse, problems) for file in _files(patterns, tree.root, problems)]
    read = [content for content in contents if content is not None]
    order = dict.fromkeys(nodeid for content in read for nodeid in content.ran)
    return Ingested(_failed(read, paths), tuple(order), tuple(problems))


def _files(patterns: Sequence[str], root: Path, problems: list[str]) -> list[Path]:
    found: dict[str, Path] = {}
    for pattern in patterns:
        for path in _found(pattern, root, problems):
            found.setdefault(os.path.realpath(path), path)
    return list(found.values())


def _found(pattern: str, root: Path, problems: list[str]) -> list[Path]:
    try:
        return find_reports(pattern, root)
    except NotFound as error:
        problems.append(_line(pattern, str(error)))
    except (OSError, ValueError) as error:  # a NUL, a name too long, a folder that may not be listed
        problems.append(_line(pattern, f"cannot be used as a path ({_reason(error)}); check the pattern"))
    return []


def _read(file: Path, tree: Tree, paths: ProjectPaths, parse: Parse, problems: list[str]) -> _Contents | None:
    source = relative(file, tree.root)
    try:
        suite = _suite(file, parse)
    except _Unusable as error:
        problems.append(_line(source, str(error)))
        return None
    rebuilder = Rebuilder(tree, paths, near=source.rpartition("/")[0])
    rebuilt = [rebuilder.rebuild(case) for case in suite.testcases]
    problems.extend(_line(source, text) for text in _doubts(suite, rebuilt))
    cases = [(one.nodeid, case) for one, case in zip(rebuilt, suite.testcases, strict=True)]
    return _Contents(source, fold(cases), tuple(nodeid for nodeid, case in cases if case.is_test))


def _suite(file: Path, parse: Parse) -> Suite:
    root = _root(file, parse)
    if not is_report(root):
        raise _Unusable(f"is not a JUnit report (its root element is <{str(root.tag)[:40]}>); narrow the pattern to files of --junitxml")
    try:
        suite = read_testcases(root)
    except TooLarge as error:
        raise _Unusable(f"{error}; split the report or run fewer tests per job") from None
    if not suite.testcases and not suite.internal_error and not suite.unusable:
        raise _Unusable("holds no testcases; check that pytest collected tests in that job")
    return suite


def _root(file: Path, parse: Parse) -> Element:
    try:
        with _opened(file) as opened:
            return parse(cast(BinaryIO, CappedReader(opened)))
    except TooLarge as error:
        raise _Unusable(f"{error}; split the report, or keep output out of it (junit_logging = no)") from None
    except OSError as error:
        raise _Unusable(f"cannot be read ({_reason(error)}); check its permissions and that the job uploaded it") from None
    except ParseError as error:
        raise _Unusable(_malformed(error)) from None
    except Exception as error:  # noqa: BLE001 - the parser is the caller's, and what it raises is about this file
        raise _Unusable(_refused(error)) from None


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    # Non-blocking, or else a named pipe that is called junit.xml would hold us for ever.
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as opened:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise _Unusable("is not a regular file; name the report itself")
        if not found.st_size:
            raise _Unusable("is empty; was the job killed before pytest wrote it?")
        yield opened


def _malformed(error: ParseError) -> str:
    line, column = getattr(error, "position", (0, 0))
    if getattr(error, "code", 0) in _CUT_OFF:
        return f"ends in the middle (line {line}); was the job killed while pytest wrote it? Make the report again"
    return f"is not well-formed XML (line {line}, column {column}); make the report again with --junitxml"


def _refused(error: Exception) -> str:
    if isinstance(error, _Unusable):
        return str(error)
    if type(error).__name__.endswith("Forbidden"):  # ours, and defusedxml's DTDForbidden, EntitiesForbidden, ...
        return "declares a DTD or an entity, which no JUnit writer needs; it was not read"
    return f"cannot be parsed ({type(error).__name__}); make the report again with --junitxml"


def _doubts(suite: Suite, rebuilt: Sequence[Rebuilt]) -> Iterator[str]:
    """What is wrong within a report that can be used, a line per kind."""
    if suite.internal_error:
        yield f"pytest itself crashed in that run (internal error: {suite.internal_error})"
    if suite.unusable:
        yield f"{suite.unusable} testcases have no name or an endless one and were left out"
    lost = [one.nodeid for one in rebuilt if not one.found]
    if lost:
        example = f"{len(lost)} of {len(rebuilt)} testcases, e.g. {lost[0][:150]!r}"
        yield f"the project has no file for {example}; check the project root, and that it is at the commit that was tested"
    unsure = [one for one in rebuilt if one.rivals]
    if unsure:
        example = f"{len(unsure)} testcases fit several files, e.g. {unsure[0].nodeid[:150]!r} also {unsure[0].rivals[0][:100]!r}"
        yield f"{example}; name the folder of that run as the project root"


def _failed(contents: Sequence[_Contents], paths: ProjectPaths) -> tuple[FailedTest, ...]:
    total: dict[NodeId, Attempts] = {}
    sources: dict[NodeId, str] = {}
    for content in contents:
        for nodeid, attempts in content.attempts.items():
            total[nodeid] = add(total.get(nodeid), attempts)
            if attempts.failures:
                sources.setdefault(nodeid, content.source)
    return tuple(_failed_test(nodeid, total[nodeid], source, paths) for nodeid, source in sources.items())


def _failed_test(nodeid: NodeId, attempts: Attempts, source: str, paths: ProjectPaths) -> FailedTest:
    problem = attempts.problem
    return FailedTest(
        nodeid=nodeid,
        phase=problem.phase if problem else "call",
        message=problem.message if problem else "",
        crash=find_crash(problem.text, paths) if problem else "",
        attempts=attempts.count,
        failures=attempts.failures,
        source=source,
        seconds=attempts.seconds,
        began=problem.began if problem else 0.0,
    )


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _line(name: str, text: str) -> str:
    """One printable, bounded line; names of files and tests are hostile."""
    printable = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in f"{name[:200]}: {text}")
    return printable if len(printable) <= MAX_LINE else printable[: MAX_LINE - 3] + "..."
