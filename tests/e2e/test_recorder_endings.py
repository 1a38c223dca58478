"""Traces survive what ends a process in the middle of a test; what cannot be kept is a line of the index; nothing is seen by the test."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from flakemark.recorded import read_recorded
from tests.e2e.flaky_project import QUIET

TESTS = """\
import ctypes
import multiprocessing
import os
import pickle
import signal
import threading
import time

import pytest


def made(value):
    return value


def test_exits():
    made("before the end")
    os._exit(3)


def test_exits_in_a_thread():
    made("before the end")
    threading.Thread(target=os._exit, args=(4,)).start()
    time.sleep(20)


def test_is_terminated():
    made("before the end")
    print("ready", file=open("ready", "w"))
    time.sleep(20)


def test_hangs():
    made("before the end")
    time.sleep(20)


def test_is_interrupted():
    made("before the end")
    raise KeyboardInterrupt


def test_leaves_pytest():
    made("before the end")
    pytest.exit("enough")


def test_is_killed():
    os.kill(os.getpid(), signal.SIGKILL)


def test_aborts():
    os.abort()


def test_segfaults():
    ctypes.string_at(0)


def test_fails():
    assert made("x" * 30_000) == 1


def test_passes():
    assert made(1) == 1


def ends(code):
    os._exit(code)


def test_has_children(tmp_path):
    for method in ("fork", "spawn"):
        for target, code in ((ends, 5), (os._exit, 6)):
            child = multiprocessing.get_context(method).Process(target=target, args=(code,))
            child.start()
            child.join()
            assert child.exitcode == code
    pid = os.fork()
    if pid == 0:
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        while True:
            time.sleep(1)
    time.sleep(0.1)
    os.kill(pid, signal.SIGTERM)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGTERM


def test_has_a_child_that_comes_back_into_pytest():
    if os.fork() == 0:
        raise AssertionError("the child's")
    os.wait()


def test_sets_signals():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    assert before is signal.SIG_DFL
    signal.signal(signal.SIGTERM, before)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert pickle.loads(pickle.dumps(os._exit)) is os._exit
    with pytest.raises(TypeError):
        os._exit()


def test_handles_it_itself():
    seen = []
    signal.signal(signal.SIGTERM, lambda *_: seen.append(1))
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.01)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    assert seen == [1]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {"pytest.ini": QUIET, "conftest.py": "", "test_ends.py": TESTS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:faulthandler", *arguments, "--flakemark-record=kept"]


def run(root: Path, *tests: str, options: tuple[str, ...] = (), **more: Any) -> subprocess.CompletedProcess[str]:
    named = [f"test_ends.py::{test}" for test in tests]
    return subprocess.run(command(*named, *options), cwd=root, capture_output=True, text=True, timeout=60, **more)


def entries(root: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (root / "kept" / "index.jsonl").read_text(encoding="ascii").splitlines()]


def kept(root: Path) -> set[str]:
    return {path.name for path in (root / "kept").iterdir()} if (root / "kept").exists() else set()


@pytest.mark.parametrize(
    ("test", "code", "outcome", "exception"),
    [
        ("test_exits", 3, "exited", "ProcessDied"),
        ("test_exits_in_a_thread", 4, "exited", "ProcessDied"),
        ("test_is_interrupted", 2, "interrupted", "KeyboardInterrupt"),
        ("test_leaves_pytest", 2, "interrupted", "Exit"),
    ],
)
def test_a_trace_survives_the_end(project: Path, test: str, code: int, outcome: str, exception: str) -> None:
    assert run(project, test).returncode == code
    [entry] = entries(project)
    assert (entry["nodeid"], entry["outcome"]) == (f"test_ends.py::{test}", outcome)
    assert kept(project) == {"index.jsonl", entry["file"]}
    found, problems = read_recorded(project / "kept")
    [recorded] = found.values()
    assert problems == ()
    assert recorded.failure.exception == exception
    assert "before the end" in [event.literal for event in recorded.trace.events]


def test_a_trace_survives_an_internal_error(project: Path) -> None:
    (project / "conftest.py").write_text("def pytest_runtest_logreport(report):\n    if report.when == 'call':\n        1 / 0\n")
    done = run(project, "test_passes")
    assert done.returncode == 3
    assert "INTERNALERROR" in done.stdout
    [entry] = entries(project)
    assert (entry["outcome"], entry["failure"]["exception"]) == ("interrupted", "ZeroDivisionError")
    assert read_recorded(project / "kept")[1] == ()


def test_a_trace_survives_sigterm(project: Path) -> None:
    process = subprocess.Popen(command("test_ends.py::test_is_terminated"), cwd=project, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not (project / "ready").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.terminate()
    assert process.wait(timeout=10) == -signal.SIGTERM
    [entry] = entries(project)
    assert (entry["outcome"], entry["failure"]["exception"]) == ("terminated", "Timeout")
    found, _ = read_recorded(project / "kept")
    assert all("before the end" in [event.literal for event in recorded.trace.events] for recorded in found.values())


def test_sigterm_between_the_tests_ends_pytest_as_ever(project: Path) -> None:
    (project / "conftest.py").write_text("import os, signal\ndef pytest_sessionfinish():\n    os.kill(os.getpid(), signal.SIGTERM)\n")
    assert run(project, "test_passes").returncode == -signal.SIGTERM
    assert not kept(project) - {"index.jsonl"}


@pytest.mark.parametrize(("method", "outcome"), [("signal", "failed"), ("thread", "exited")])
def test_a_trace_survives_pytest_timeout(project: Path, method: str, outcome: str) -> None:
    done = run(project, "test_hangs", options=("--timeout=0.5", f"--timeout-method={method}"))
    assert done.returncode == 1
    [entry] = entries(project)
    assert entry["outcome"] == outcome
    found, _ = read_recorded(project / "kept")
    assert all("before the end" in [event.literal for event in recorded.trace.events] for recorded in found.values())


@pytest.mark.parametrize("test", ["test_is_killed", "test_aborts", "test_segfaults"])
def test_what_cannot_be_kept_is_told_by_the_reader_and_is_a_line_after_the_next_session(project: Path, test: str) -> None:
    assert run(project, test).returncode < 0
    problem = f"{project / 'kept'}: test_ends.py::{test} was running when its process died; it left no trace"
    assert read_recorded(project / "kept") == ({}, (problem,))
    assert run(project, "test_passes").returncode == 0
    [entry] = entries(project)
    assert (entry["nodeid"], entry["outcome"], entry["file"]) == (f"test_ends.py::{test}", "died", None)
    assert kept(project) == {"index.jsonl"}
    assert read_recorded(project / "kept")[1][0].endswith(f"test_ends.py::{test} died with its process; it left no trace")


@pytest.mark.slow
def test_beside_xdist_the_controller_makes_the_line(project: Path) -> None:
    tests = ("test_is_killed", "test_exits", "test_fails", "test_passes", "test_segfaults")
    done = run(project, *tests, options=("-n", "2"))
    assert done.returncode == 1
    outcomes = {entry["nodeid"].rpartition("::")[2]: entry["outcome"] for entry in entries(project)}
    assert outcomes == {"test_is_killed": "died", "test_exits": "exited", "test_fails": "failed", "test_segfaults": "died"}
    assert not [name for name in kept(project) if name.startswith("running")]
    assert "flakemark: 2 tests died with the process and left no trace, see index.jsonl in " in done.stdout
    assert "flakemark: 2 traces of failed tests are in " in done.stdout


@pytest.mark.parametrize("test", ["test_has_children", "test_sets_signals", "test_handles_it_itself"])
def test_tests_and_their_children_see_no_difference(project: Path, test: str) -> None:
    done = run(project, test, options=("-W", "error"))
    assert done.returncode == 0, done.stdout
    assert kept(project) == set()


def test_a_forked_child_that_comes_back_into_pytest_writes_nothing(project: Path) -> None:
    done = run(project, "test_has_a_child_that_comes_back_into_pytest")
    assert done.returncode == 0
    assert kept(project) == set()


HOSTILE = """\
import builtins
import json
import os
import shutil
import sys
from unittest import mock


def made(value):
    return value


def test_closes_everything():
    made("still here")
    os.closerange(3, 200)
    assert 0


def test_takes_the_folder_away(monkeypatch, tmp_path):
    made("still here")
    shutil.rmtree("kept")
    monkeypatch.chdir(tmp_path)
    assert 0


def test_replaces_what_is_needed():
    made("still here")
    for place, name in ((builtins, "open"), (json, "dumps"), (json.JSONEncoder, "encode"), (os, "open"), (os, "write"), (os, "replace"),
                        (os, "getpid"), (os, "makedirs"), (os.path, "join")):
        setattr(place, name, None)
    os._exit(9)


def test_has_its_own_exit():
    with mock.patch("os._exit") as leave:
        os._exit(1)
    assert leave.called
    assert made("still here") == "gone"


def test_recurses():
    made("still here")
    test_recurses()
"""


@pytest.mark.parametrize(
    "test",
    ["test_closes_everything", "test_takes_the_folder_away", "test_replaces_what_is_needed", "test_has_its_own_exit", "test_recurses"],
)
def test_whatever_a_test_does_to_its_process_its_trace_is_kept(project: Path, test: str) -> None:
    (project / "test_ends.py").write_text(HOSTILE, encoding="utf-8")
    done = run(project, test)
    assert done.returncode in (1, 9), done.stdout
    [entry] = entries(project)
    assert kept(project) == {"index.jsonl", entry["file"]}
    found, problems = read_recorded(project / "kept")
    assert problems == ()
    assert all("still here" in [event.literal for event in recorded.trace.events] for recorded in found.values())


@pytest.mark.parametrize("limit", ["0", "15", "65537", "-1"])
def test_a_limit_out_of_range_is_a_usage_error(project: Path, limit: str) -> None:
    done = run(project, "test_passes", options=(f"--flakemark-record-limit={limit}",))
    assert done.returncode == 4
    assert f"--flakemark-record-limit={limit}: not a number from 16 to 65536" in done.stderr
    assert "Traceback" not in done.stderr


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))


def _many(name: str, repeated: int) -> str:
    """A test with a trace that is large: of each of many lines there are events."""
    return f"\n\ndef {name}():\n" + "".join(f"    made('{number}' * {repeated})\n" for number in range(400)) + "    assert 0\n"


def test_a_disk_that_takes_no_more_is_one_line_and_changes_no_outcome(project: Path) -> None:
    text = TESTS + _many("test_large", 9)
    (project / "test_ends.py").write_text(text, encoding="utf-8")
    done = run(project, "test_large", "test_passes", preexec_fn=limited)
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    [line] = [line for line in done.stdout.splitlines() if line.startswith("flakemark:")]
    assert line.endswith("kept: the trace of test_ends.py::test_large could not be kept (File too large)")
    assert kept(project) == set()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_one_line_and_leaves_nothing_half(project: Path) -> None:
    (project / "kept").mkdir()
    script = f"mount -t tmpfs -o size=16k tmpfs kept && {' '.join(command('test_ends.py::test_full'))}; code=$?; ls kept; exit $code"
    text = TESTS + _many("test_full", 33)
    (project / "test_ends.py").write_text(text, encoding="utf-8")
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
        pytest.skip("no mount namespaces here")
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], cwd=project, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    [line] = [line for line in done.stdout.splitlines() if line.startswith("flakemark:")]
    assert line.endswith("could not be kept (No space left on device)")
    assert not [name for name in done.stdout.splitlines() if name.endswith((".trace", ".partial", ".json"))]
