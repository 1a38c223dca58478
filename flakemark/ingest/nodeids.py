"""Rebuild pytest's node ids: the report holds `tests.test_x.TestA`, pytest wants `tests/test_x.py::TestA::test_a`.

The class name alone does not tell where the path ends and the classes begin, nor where the path begins: pytest's root may
lie above or below the project, a prefix may stand in front (`--junitprefix`), and unittest writes module names,
which lack `src/`. So every split is tried against the files of the project, the most literal reading first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flakemark.ingest.testcases import Testcase
from flakemark.ingest.tree import Tree, common_end, dotted
from flakemark.model import NodeId

MAX_WORDS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A node id, and how sure it is.

    Attributes:
        found: whether its file exists.
        rivals: other files that fit equally well.
    """

    nodeid: NodeId
    found: bool
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One way to read a class name: a file, and the words left for classes.

    Attributes:
        dropped: leading words of the class name that are no part of the path.
        above: leading words of the path that the class name lacks.
    """

    path: str
    names: tuple[str, ...]
    dropped: int
    above: int
    overlap: int


class Rebuilder:
    """Rebuilds the node ids of one report.

    Args:
        tree: the project's files.
        to_project: turns a path as written into one relative to the project, or None if it lies outside.
        near: the folder of the report, relative to the project: of equal candidates the nearer one is taken.
    """

    def __init__(self, tree: Tree, to_project: Callable[[str], str | None], near: str = "") -> None:
        self._tree = tree
        self._to_project = to_project
        self._near = near.split("/")
        self._readings: dict[tuple[str, str], list[_Reading]] = {}

    def rebuild(self, case: Testcase) -> Rebuilt:
        """Return the node id of a testcase; a collection error has that of its file, class or folder."""
        if case.problem and case.problem.phase == "collect":
            return self._module(case)
        if not case.classname:  # some writers put the whole dotted name into `name`
            head, _, name = _before_parameters(case.name)
            return self._test(head, name, case.file)
        return self._test(case.classname, case.name, case.file)

    def _test(self, classname: str, name: str, file: str) -> Rebuilt:
        key = (classname, file)
        if key not in self._readings:
            self._readings[key] = self._all_readings(classname, file)
        readings = self._readings[key]
        if not readings:
            return Rebuilt(nodeid=_guess(classname, name), found=False)
        best, rivals = self._best(readings, name)
        return Rebuilt(nodeid=_nodeid(best.path, best.names, name), found=True, rivals=rivals)

    def _module(self, case: Testcase) -> Rebuilt:
        for text in (case.name, f"{case.classname}.{case.name}"):
            for reading in _ranked(self._all_readings(text, case.file)):
                return Rebuilt(nodeid=_nodeid(reading.path, reading.names), found=True)
            folder = text.strip(".").replace(".", "/")
            if self._tree.folder_exists(folder):
                return Rebuilt(nodeid=NodeId(folder), found=True)
        path = (case.classname + "." + case.name).strip(".").replace(".", "/")
        return Rebuilt(nodeid=NodeId(f"{path}.py"), found=False)

    def _all_readings(self, classname: str, file: str) -> list[_Reading]:
        words = tuple(classname.split("."))[:MAX_WORDS]
        readings = list(self._split(words))
        hint = self._to_project(file) if file else None
        if not hint:
            return readings
        # The attribute names the file of the *definition*: an inherited test has that of its base class.
        # So it chooses among the readings of the class name, and stands alone only if there are none.
        agreed = [reading for reading in readings if _same_end(reading.path, hint)]
        return agreed or readings or list(self._from_hint(words, hint))

    def _split(self, words: tuple[str, ...]) -> Iterator[_Reading]:
        for end in range(len(words), 0, -1):
            for path, own in self._tree.ending_with(words[end - 1]):
                overlap = common_end(words[:end], own)
                reading = _Reading(path=path, names=words[end:], dropped=end - overlap, above=len(own) - overlap, overlap=overlap)
                if self._is_credible(reading):
                    yield reading

    def _is_credible(self, reading: _Reading) -> bool:
        """A literal reading always is; `tests.py` for `x.tests.test_gone` only if it knows a `test_gone`."""
        if not reading.dropped and not reading.above:
            return True
        if reading.dropped and reading.above and reading.overlap == 1:
            return False
        return not reading.names or not reading.path.endswith(".py") or self._tree.mentions(reading.path, reading.names[0])

    def _from_hint(self, words: tuple[str, ...], hint: str) -> Iterator[_Reading]:
        own = dotted(hint)
        for path, full in self._tree.ending_with(own[-1]):
            if full[-len(own) :] == own:
                names = tuple(word for word in words if self._tree.defines(path, [word]))
                yield _Reading(path=path, names=names, dropped=0, above=len(full) - len(own), overlap=len(own))

    def _best(self, readings: list[_Reading], name: str) -> tuple[_Reading, tuple[str, ...]]:
        ranked = _ranked(readings)
        if len(ranked) == 1:
            return ranked[0], ()
        function = _before_parameters(name)[2].partition("[")[0]
        defining = [reading for reading in ranked if self._tree.defines(reading.path, (*reading.names, function))]
        nearest = sorted(defining or ranked, key=lambda reading: (*_rank(reading), -self._nearness(reading.path)))
        best = nearest[0]
        score = (_rank(best), self._nearness(best.path))
        rivals = [reading.path for reading in nearest[1:] if (_rank(reading), self._nearness(reading.path)) == score]
        return best, tuple(rivals)

    def _nearness(self, path: str) -> int:
        """How many leading folders a file shares with the report."""
        shared = 0
        for mine, theirs in zip(self._near, path.split("/"), strict=False):
            if mine != theirs:
                break
            shared += 1
        return shared


def _ranked(readings: list[_Reading]) -> list[_Reading]:
    return sorted(readings, key=_rank)


def _rank(reading: _Reading) -> tuple[int, int, int]:
    """Literal readings first, then a root below, a prefix in front, both; within them the longest path."""
    return ((reading.dropped > 0) * 2 + (reading.above > 0), -reading.overlap, reading.dropped + reading.above)


def _same_end(path: str, other: str) -> bool:
    return f"/{path}".endswith(f"/{other}") or f"/{other}".endswith(f"/{path}")


def _before_parameters(name: str) -> tuple[str, str, str]:
    """Split a dotted name at its last dot before the parameters: what is before, the dot, what is after."""
    plain, bracket, parameters = name.partition("[")
    head, dot, last = plain.rpartition(".")
    return head, dot, last + bracket + parameters


def _nodeid(path: str, names: tuple[str, ...], *name: str) -> NodeId:
    return NodeId("::".join((path, *names, *name)))


def _guess(classname: str, name: str) -> NodeId:
    """The likeliest node id if no file exists: words with a capital are classes."""
    words = classname.split(".") if classname else []
    end = len(words)
    while end > 1 and re.match(r"[A-Z]", words[end - 1]):
        end -= 1
    path = "/".join(words[:end]).strip("/")
    return _nodeid(f"{path}.py" if path else "unknown.py", tuple(words[end:]), name)
