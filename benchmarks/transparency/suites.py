"""The packages whose suites are compared: what their tests need, and which part of them is run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to run a package's own suite.

    Attributes:
        needs: requirements of the tests beside pytest and the package itself, as its own test configuration names them.
        part: arguments of pytest that choose a part of a suite that would take too long; empty for all of it.
    """

    needs: tuple[str, ...] = ()
    part: tuple[str, ...] = ()


RECIPES: dict[str, Recipe] = {
    # asynchronous
    "anyio": Recipe(
        ("trio", "pytest-mock", "pytest-timeout", "exceptiongroup", "hypothesis", "psutil", "trustme", "blockbuster", "truststore"),
        # The limit of 3 s a test is meant for a machine of one's own.
        ("-o", "timeout=30"),
    ),
    "trio": Recipe(
        ("trustme", "pyOpenSSL", "astor", "jedi", "async_generator"),
        ("src/trio", "-p", "trio._tests.pytest_plugin", "--ignore=src/trio/_tests/tools"),  # the tools need its linters
    ),
    "h11": Recipe(),
    # bound by the processor
    "more-itertools": Recipe(),
    "networkx": Recipe(
        ("numpy", "scipy"),
        ("networkx/algorithms/shortest_paths", "networkx/algorithms/components", "networkx/algorithms/traversal", "networkx/classes"),
    ),
    "parso": Recipe(),
    "pyparsing": Recipe(("railroad-diagrams", "jinja2", "matplotlib"), ("tests",)),
    "toolz": Recipe(),
    # frames, inspection, generated code
    "attrs": Recipe(("hypothesis", "cloudpickle")),
    "boltons": Recipe(),
    "click": Recipe(),
    "jinja2": Recipe(("trio",)),
    "pluggy": Recipe(),
    "structlog": Recipe(("freezegun", "pretend", "pytest-asyncio", "rich", "simplejson", "time-machine", "twisted", "better-exceptions")),
}
# Not among them: the sdists of hypothesis and sortedcontainers hold no tests.
DEFAULT = tuple(RECIPES)
