"""`pytest --flakemark-record=DIR`: the session stays what it is; failed tests leave a trace from which a cause is confirmed."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from flakemark.recorded import read_recorded
from tests.e2e.flaky_project import QUIET, flakemark

TESTS = """\
import pytest
from shop.price import total


def test_passes():
    assert total([1, 2]) == 3


def test_fails():
    assert total([1, 2]) == 4


@pytest.mark.parametrize("count", [1, 2, 3])
def test_counts(count):
    assert total([1] * count) != 2


@pytest.mark.xfail(strict=True)
def test_expected():
    assert total([]) == 1


@pytest.mark.skip
def test_skipped():
    assert 0


@pytest.fixture
def broken():
    assert total([3]) == 4


@pytest.fixture
def leaking():
    yield 1
    assert total([5]) == 6


def test_setup(broken):
    pass


def test_teardown(leaking):
    pass


def test_twice(leaking):
    assert total([7]) == 8


class TestShop:
    def test_method(self):
        assert total([9]) == 10
"""
FAILED = {
    "tests/test_shop.py::test_fails", "tests/test_shop.py::test_counts[2]", "tests/test_shop.py::test_setup",
    "tests/test_shop.py::test_teardown", "tests/test_shop.py::test_twice", "tests/test_shop.py::TestShop::test_method",
}  # fmt: skip
PRICE = "def total(prices):\n    amount = 0\n    for price in prices:\n        amount += price\n    return amount\n"
RARE = """\
import random


def draw():
    other = random.randint(1, 1_000_000)
    number = random.randint(1, 1_000_000)  # CAUSE
    return other, number
"""
RARELY = """\
import os
import random
from shop.rare import draw

def test_rare():
    if "FLAKE_SEED" in os.environ:
        random.seed(int(os.environ["FLAKE_SEED"]))
    other, number = draw()
    assert number % 9_973 != 5
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"pytest.ini": QUIET, "conftest.py": "", "shop/__init__.py": "", "shop/price.py": PRICE, "tests/test_shop.py": TESTS}
    for name, text in {**files, "shop/rare.py": RARE, "tests/test_rare.py": RARELY}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def pytest_in(root: Path, *arguments: str, **environment: str) -> Any:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, env={**os.environ, **environment})


def index_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="ascii").splitlines()]


def outcomes(junit: Path) -> list[tuple[str | None, list[tuple[str, str | None]]]]:
    cases = ElementTree.parse(junit).getroot().iter("testcase")
    return sorted((case.get("name"), [(child.tag, child.get("message")) for child in case]) for case in cases)


@pytest.mark.parametrize("workers", ["0", pytest.param("2", marks=pytest.mark.slow)])
def test_failed_tests_and_only_they_leave_a_trace_and_a_line(project: Path, workers: str) -> None:
    done = pytest_in(project, "tests/test_shop.py", "-n", workers, "--flakemark-record=kept", "--junit-xml=junit.xml")
    index = index_of(project / "kept")
    assert sorted(entry["nodeid"] for entry in index) == sorted(FAILED)
    assert {path.name for path in (project / "kept").iterdir()} == {"index.jsonl", *(entry["file"] for entry in index)}
    assert len({entry["file"] for entry in index}) == len(FAILED)
    assert {entry["worker"] for entry in index} <= ({"main"} if workers == "0" else {"gw0", "gw1"})
    assert "flakemark: 6 traces of failed tests are in " in done.stdout

    plain = pytest_in(project, "tests/test_shop.py", "-n", workers, "--junit-xml=plain.xml")
    assert done.returncode == plain.returncode == 1
    assert outcomes(project / "junit.xml") == outcomes(project / "plain.xml")
    assert _last_line(done.stdout) == _last_line(plain.stdout)


def _last_line(text: str) -> str:
    return re.sub(r" in [\d.]+s.*", "", text.strip().splitlines()[-1].strip("= "))


def test_what_was_kept_is_read_back_with_where_it_failed(project: Path) -> None:
    pytest_in(project, "tests/test_shop.py", "--flakemark-record=kept")
    found, problems = read_recorded(project / "kept")
    assert problems == ()
    assert found.keys() == FAILED
    phases = {nodeid.rsplit("::", 1)[1]: recorded.failure.phase for nodeid, recorded in found.items()}
    assert phases == {
        "test_fails": "call", "test_counts[2]": "call", "test_setup": "setup", "test_teardown": "teardown", "test_twice": "call",
        "test_method": "call",
    }  # fmt: skip
    trace = found["tests/test_shop.py::test_fails"].trace  # type: ignore[index]
    assert {traced.site.file for traced in trace.sites} == {"shop/price.py", "tests/test_shop.py"}
    assert [event.literal for event in trace.events if trace.sites[event.site].site.kind == "augment"] == [1, 2]


def test_a_session_without_failures_keeps_nothing(project: Path) -> None:
    done = pytest_in(project, "tests/test_shop.py::test_passes", "--flakemark-record=kept")
    assert done.returncode == 0
    assert not (project / "kept").exists()
    assert "flakemark: " not in done.stdout


def test_a_folder_from_another_directory_is_relative_to_where_pytest_was_started(project: Path) -> None:
    moving = "import os\ndef test_moves(tmp_path, monkeypatch):\n    os.chdir(tmp_path)\n    assert 0\n"
    (project / "tests" / "test_moves.py").write_text(moving, encoding="utf-8")
    pytest_in(project, "tests/test_moves.py", "--flakemark-record", "kept/here")
    assert [entry["nodeid"] for entry in index_of(project / "kept" / "here")] == ["tests/test_moves.py::test_moves"]


def test_a_second_session_adds_to_the_first(project: Path) -> None:
    for name in ("test_fails", "test_setup"):
        pytest_in(project, f"tests/test_shop.py::{name}", "--flakemark-record=kept")
    assert [entry["nodeid"].rsplit("::", 1)[1] for entry in index_of(project / "kept")] == ["test_fails", "test_setup"]


def test_a_folder_that_cannot_be_written_changes_no_outcome(project: Path) -> None:
    done = pytest_in(project, "tests/test_shop.py::test_fails", "tests/test_shop.py::test_passes", "--flakemark-record=pytest.ini/kept")
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    assert "flakemark: " in done.stdout
    assert "could not be kept (Not a directory)" in done.stdout


def failing_seed() -> int:
    for seed in range(100_000):
        dice = random.Random(seed)
        if [dice.randint(1, 1_000_000), dice.randint(1, 1_000_000)][1] % 9_973 == 5:
            return seed
    raise AssertionError("no seed")


@pytest.mark.slow
def test_a_cause_is_confirmed_without_a_second_natural_failure(project: Path) -> None:
    done = pytest_in(project, "tests/test_rare.py", "--flakemark-record=kept", "--junit-xml=junit.xml", FLAKE_SEED=str(failing_seed()))
    assert done.returncode == 1
    done = flakemark(project, "diagnose", "--junit", "junit.xml", "--traces", "kept", "--budget", "30", "--runs", "2", "--json", "f.json")
    assert done.returncode == 0, done.stderr
    [test] = json.loads((project / "f.json").read_text(encoding="utf-8"))["tests"]
    assert test["verdict"] == "flaky"
    assert (test["cause"]["file"], test["cause"]["line"], test["cause"]["status"]) == ("shop/rare.py", 6, "confirmed")
    assert "the failing run is the recorded one; it did not have to fail again by itself" in test["notes"]
    natural = [one for one in test["evidence"]["interventions"] if one["kind"] == "none"]
    assert sum(one["failed"] for one in natural) == 0
    replayed = flakemark(project, "replay", "f.json", "tests/test_rare.py::test_rare")
    assert "failed" in replayed.stdout.lower(), replayed.stdout + replayed.stderr


SHARED = """\
import os
import random
import pytest
from shop.rare import draw


@pytest.fixture(scope="session")
def drawn():
    if "FLAKE_SEED" in os.environ:
        random.seed(int(os.environ["FLAKE_SEED"]))
    return draw()[1]


def test_before(drawn):
    assert drawn


def test_shared(drawn):
    assert drawn % 9_973 != 5
"""


@pytest.mark.slow
def test_a_cause_in_a_fixture_that_was_set_up_for_another_test_is_confirmed(project: Path) -> None:
    (project / "tests" / "test_shared.py").write_text(SHARED, encoding="utf-8")
    seed = str(failing_seed())
    pytest_in(project, "tests/test_shared.py", "--flakemark-record=kept", "--junit-xml=junit.xml", FLAKE_SEED=seed)
    flakemark(project, "diagnose", "--junit", "junit.xml", "--traces", "kept", "--budget", "30", "--runs", "2", "--json", "f.json")
    [test] = json.loads((project / "f.json").read_text(encoding="utf-8"))["tests"]
    assert (test["nodeid"], test["verdict"]) == ("tests/test_shared.py::test_shared", "flaky")
    assert (test["cause"]["file"], test["cause"]["line"], test["cause"]["status"]) == ("shop/rare.py", 6, "confirmed")


@pytest.mark.slow
def test_runs_of_a_diagnosis_in_the_same_session_are_not_recorded(project: Path) -> None:
    done = pytest_in(
        project, "tests/test_shop.py::test_fails", "--flakemark-record=kept", "--flakemark-diagnose", "--flakemark-runs=2",
        "--flakemark-budget=8",
    )  # fmt: skip
    assert "fails every time" in done.stdout
    assert [entry["nodeid"] for entry in index_of(project / "kept")] == ["tests/test_shop.py::test_fails"]


def test_bad_entries_are_told_in_one_line_each_and_cost_nothing_else(project: Path) -> None:
    pytest_in(project, "tests/test_rare.py", "--flakemark-record=kept", "--junit-xml=junit.xml", FLAKE_SEED=str(failing_seed()))
    good = (project / "kept" / "index.jsonl").read_text(encoding="ascii")
    bad = json.dumps({**json.loads(good), "file": "../../secret"})
    (project / "kept" / "index.jsonl").write_text(f"{good}{{\n{bad}\n", encoding="ascii")
    done = flakemark(project, "diagnose", "--junit", "junit.xml", "--traces", "kept", "--budget", "1", "--runs", "1")
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stderr.splitlines() if "cannot be used" in line]
    assert [line.split("index.jsonl: ")[1].split(" (")[0] for line in told] == ["line 2 cannot be used", "line 3 cannot be used"]
    assert "Traceback" not in done.stderr
    assert "beside the recorded failure" in done.stderr


def test_a_folder_without_an_index_is_a_usage_error(project: Path) -> None:
    done = flakemark(project, "diagnose", "tests/test_shop.py::test_fails", "--traces", "nowhere")
    assert done.returncode == 2
    assert "was pytest run with --flakemark-record?" in done.stderr
    assert "Traceback" not in done.stderr
