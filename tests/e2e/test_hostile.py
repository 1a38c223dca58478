"""Whatever a test does to its process and its surroundings, `flakemark diagnose` ends with a result and says what was in its way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.flaky_project import QUIET, flakemark

pytestmark = pytest.mark.slow

HOSTILE = """\
import ctypes, faulthandler, importlib.abc, importlib.machinery, os, random, shutil, sys
from pathlib import Path


def number():
    return random.randint(1, 4)  # CAUSE


def prints():
    for _ in range(100):
        print("x" * 1024 * 1024)


def allocates():
    block = bytearray(1 << 30)
    block[::4096] = b"x" * len(block[::4096])
    return len(block)


def recurses(n=0):
    try:
        return recurses(n + 1)
    except RecursionError:
        return n


def forks():
    child = os.fork()
    if child == 0:
        number()
        os._exit(0)
    os.waitpid(child, 0)


def stays_twice():
    os.fork()


def changes_folder():
    os.chdir("/")


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "invented":
            return importlib.machinery.ModuleSpec(name, Loader())


class Loader(importlib.abc.Loader):
    def exec_module(self, module):
        module.value = max(1, 2)


def hooks():
    sys.meta_path.insert(0, Finder())
    import invented
    return invented.value


def exits():
    os._exit(3)


def segfaults():
    faulthandler.disable()
    ctypes.string_at(0)


def closes():
    os.closerange(0, 4096)


def deletes():
    shutil.rmtree(Path(__file__).parent)
"""
CAUSE = next(number for number, line in enumerate(HOSTILE.splitlines(), 1) if line.endswith("# CAUSE"))


def diagnosed(root: Path, body: str) -> dict[str, Any]:
    """Diagnose a test with this body in a project of its own; returns its part of the report."""
    project = root / "project"
    project.mkdir()
    (project / "pytest.ini").write_text(QUIET, encoding="utf-8")
    (project / "hostile.py").write_text(HOSTILE, encoding="utf-8")
    (project / "test_it.py").write_text(f"import hostile\n\ndef test_it():\n    {body}\n", encoding="utf-8")
    done = flakemark(project, "diagnose", "test_it.py::test_it", "--budget", "100", "--json", root / "report.json")
    assert "Traceback" not in done.stderr, done.stderr
    (found,) = json.loads((root / "report.json").read_text(encoding="utf-8"))["tests"]
    assert found["nodeid"] in done.stdout
    return dict(found)


@pytest.mark.parametrize("deed", ["prints", "allocates", "recurses", "forks", "stays_twice", "changes_folder", "hooks"])
def test_the_line_is_found_whatever_the_test_does_before(tmp_path: Path, deed: str) -> None:
    found = diagnosed(tmp_path, f"hostile.{deed}()\n    assert hostile.number() != 1")
    assert found["verdict"] == "flaky", found["notes"]
    assert found["cause"], found
    assert (found["cause"]["file"], found["cause"]["line"], found["cause"]["status"]) == ("hostile.py", CAUSE, "confirmed")


@pytest.mark.parametrize(("deed", "how"), [("exits", "exit code 3"), ("segfaults", "signal 11 (SIGSEGV)")])
def test_a_process_that_ends_by_itself_now_and_then_is_flaky_and_the_note_says_how_it_ended(tmp_path: Path, deed: str, how: str) -> None:
    found = diagnosed(tmp_path, f"if hostile.number() < 3: hostile.{deed}()")
    assert found["verdict"] == "flaky"
    assert any(note.endswith(f"the test's process ended by itself: {how}") for note in found["notes"]), found["notes"]


def test_a_process_that_always_ends_is_a_consistent_failure(tmp_path: Path) -> None:
    found = diagnosed(tmp_path, "hostile.closes()")
    assert found["verdict"] == "consistent_failure"
    assert any(note.startswith("every run fails: the run ended with OSError") for note in found["notes"]), found["notes"]


def test_a_project_that_deletes_itself_is_gone_and_said_to_be(tmp_path: Path) -> None:
    found = diagnosed(tmp_path, "hostile.deletes()\n    assert hostile.number() != 1")
    assert found["verdict"] == "error"
    # The second when a worker was about to collect while the folder went.
    said = ("the project's folder is gone; a test that ran must have removed it", "could not be collected")
    assert any(part in note for note in found["notes"] for part in said), found["notes"]
