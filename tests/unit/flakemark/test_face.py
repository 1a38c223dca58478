"""What the plugin object remembers of a session, and what it repeats of its command line."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from flakemark.face import DiagnoseFailures, _inherited


def config(**options: object) -> Any:
    defaults = {"flakemark_runs": 4, "flakemark_timeout": 30.0, "flakemark_budget": 60.0}
    return SimpleNamespace(option=SimpleNamespace(**{**defaults, **options}))


def report(name: str, when: str = "call", failed: bool = False, **more: object) -> Any:
    place = SimpleNamespace(path="test_it.py", lineno=3)
    entries = [SimpleNamespace(reprfileloc=place)]
    longrepr = SimpleNamespace(reprcrash=SimpleNamespace(message=f"assert {when}"), reprtraceback=SimpleNamespace(reprentries=entries))
    return SimpleNamespace(nodeid=f"test_it.py::{name}", when=when, failed=failed, longrepr=longrepr if failed else None, **more)


def remembered(*reports: Any) -> DiagnoseFailures:
    plugin = DiagnoseFailures(config())
    for one in reports:
        plugin.pytest_runtest_logreport(one)
    return plugin


def test_the_order_of_the_tests_is_remembered_each_once() -> None:
    plugin = remembered(*(report(name, when) for name in ("b", "a") for when in ("setup", "call", "teardown")))
    assert plugin.order == {"": ["test_it.py::b", "test_it.py::a"]}
    assert plugin.failed == {}


def test_the_first_failure_of_a_test_counts() -> None:
    plugin = remembered(report("a", "call", failed=True), report("a", "teardown", failed=True))
    [failed] = plugin.failed[""].values()
    assert (failed.nodeid, failed.phase, failed.message, failed.crash) == ("test_it.py::a", "call", "assert call", "test_it.py:3")


def test_every_worker_of_xdist_has_an_order_of_its_own() -> None:
    plugin = remembered(report("a", worker_id="gw0"), report("b", worker_id="gw1"), report("c", failed=True, worker_id="gw0"))
    assert plugin.order == {"gw0": ["test_it.py::a", "test_it.py::c"], "gw1": ["test_it.py::b"]}
    assert list(plugin.failed) == ["gw0"]


@pytest.mark.parametrize(
    "options", [{"flakemark_runs": 0}, {"flakemark_runs": 10**9}, {"flakemark_timeout": -1.0}, {"flakemark_budget": float("nan")}]
)
def test_options_out_of_range_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(pytest.UsageError, match=next(iter(options)).replace("_", "-")):
        DiagnoseFailures(config(**options))


@pytest.mark.parametrize(
    ("given", "files", "repeated"),
    [
        (["tests", "-k", "x"], ["tests"], ["-k", "x"]),
        (["-n", "2", "--", "a.py::test_x"], ["a.py::test_x"], ["-n", "2"]),
        ([], ["."], []),
    ],
)
def test_the_command_line_is_repeated_without_the_files(given: list[str], files: list[str], repeated: list[str]) -> None:
    session = SimpleNamespace(
        args=files,
        args_source=SimpleNamespace(name="ARGS"),
        invocation_params=SimpleNamespace(args=given),
        inipath="pytest.ini",
        rootpath="root",
    )
    assert _inherited(session) == [*repeated, "-c", "pytest.ini", "--rootdir", "root"]
