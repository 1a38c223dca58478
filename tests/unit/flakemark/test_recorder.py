"""The flight recorder's files: names that are safe everywhere, lines that do not cut each other, problems that cost nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flakemark.recorded import _TRACE_NAME, read_recorded
from flakemark.recorder import folder as files
from flakemark.recorder import session
from flakemark.recorder.folder import append, is_gone
from flakemark.recorder.session import FlightRecorder

FAILURE = dict.fromkeys(("phase", "exception", "message", "crash", "where", "test_line", "text"), "x")


class Terminal:
    """Notes what is written to it."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write_line(self, line: str) -> None:
        self.lines.append(line)


class Traced:
    """Stands for the recorder of probes, which belongs to the process."""

    def start(self, forces: list[Any]) -> None:
        self.forces = forces

    def write(self, path: str, prepare: Any) -> None:
        Path(path).write_text("trace", encoding="ascii")


@pytest.fixture
def config(tmp_path: Path) -> Any:
    return SimpleNamespace(rootpath=tmp_path)


@pytest.fixture
def flight(config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlightRecorder:
    finder = SimpleNamespace(root=str(tmp_path), relative=lambda file: str(Path(file).relative_to(tmp_path)), owns=lambda file: True)
    monkeypatch.setattr(session, "install_hook", lambda root, *_, **__: finder)  # or else this very process would load modules with probes
    monkeypatch.setattr(session, "RECORDER", Traced())
    return FlightRecorder(config, str(tmp_path / "kept"))


def fail(flight: FlightRecorder, nodeid: str) -> None:
    """Let one attempt of a test fail."""
    item = SimpleNamespace(nodeid=nodeid)
    for _ in flight.pytest_runtest_setup(item):
        pass
    flight._keep("failed", dict(FAILURE))
    flight._over()


def index_of(tmp_path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tmp_path / "kept" / "index.jsonl").read_text(encoding="ascii").splitlines()]


@pytest.mark.parametrize(
    "nodeid",
    [
        "tests/test_x.py::test_a", "test_x.py::TestA::test_b[1-2]", "test_x.py::test_c[../../etc/passwd]", "test_x.py::test_d[\x1b[31m\n]",
        "test_x.py::test_e[" + "x" * 500 + "]", "test_x.py::test_f[\udcff ä 日本]", "test_x.py",
    ],
)  # fmt: skip
def test_every_node_id_gets_a_name_that_the_reader_takes(flight: FlightRecorder, tmp_path: Path, nodeid: str) -> None:
    fail(flight, nodeid)
    [entry] = index_of(tmp_path)
    assert _TRACE_NAME.fullmatch(entry["file"])
    assert len(entry["file"]) < 120
    assert (tmp_path / "kept" / entry["file"]).read_text(encoding="ascii") == "trace"


def test_tests_whose_readable_names_are_equal_have_files_of_their_own(flight: FlightRecorder, tmp_path: Path) -> None:
    for nodeid in ("a.py::test_x[1/2]", "a.py::test_x[1.2]", "b.py::test_x[1.2]"):
        fail(flight, nodeid)
    assert len({entry["file"] for entry in index_of(tmp_path)}) == 3


def test_every_attempt_is_kept(flight: FlightRecorder, tmp_path: Path) -> None:
    for _ in range(2):
        fail(flight, "a.py::test_x")
    assert [entry["attempt"] for entry in index_of(tmp_path)] == [1, 2]
    assert len({entry["file"] for entry in index_of(tmp_path)}) == 2


def test_a_worker_with_an_odd_name_has_files_with_safe_names(flight: FlightRecorder, config: Any, tmp_path: Path) -> None:
    config.workerinput = {"workerid": "../gw 0"}
    fail(flight, "a.py::test_x")
    [entry] = index_of(tmp_path)
    assert entry["worker"] == "../gw 0"
    assert _TRACE_NAME.fullmatch(entry["file"])


def test_a_worker_tells_the_controller_and_the_controller_the_people(flight: FlightRecorder, config: Any, tmp_path: Path) -> None:
    config.workeroutput = {}
    fail(flight, "a.py::test_x")
    flight.pytest_sessionfinish()
    controller = FlightRecorder(SimpleNamespace(rootpath=tmp_path), str(tmp_path / "kept"))
    for name, output in (
        ("gw0", config.workeroutput),
        ("gw0", config.workeroutput),
        ("gw1", {"flakemark": [0, 0, 0, 2, "full"]}),
        ("gw2", {}),
    ):
        controller.pytest_testnodedown(node_of(name, workeroutput=output))
    controller.pytest_testnodedown(node_of("gw3"))
    terminal = Terminal()
    controller.pytest_terminal_summary(terminal)
    assert terminal.lines == ["flakemark: full, and 1 more", f"flakemark: 1 trace of a failed test is in {tmp_path / 'kept'}"]


def test_what_a_worker_kept_that_crashed_then_is_counted_by_the_controller(flight: FlightRecorder, config: Any, tmp_path: Path) -> None:
    fail(flight, "a.py::test_before")
    controller = FlightRecorder(SimpleNamespace(rootpath=tmp_path), str(tmp_path / "kept"))
    config.workerinput = {"workerid": "gw0"}
    fail(flight, "a.py::test_x")
    controller.pytest_testnodedown(node_of("gw0"))
    controller.pytest_testnodedown(node_of("gw1"))
    assert controller.kept.traces == 1


def node_of(name: str, **output: Any) -> Any:
    """Return a worker of xdist as its controller sees it; one that crashed has no output."""
    return SimpleNamespace(gateway=SimpleNamespace(id=name), workerinput={"testrunuid": "run1"}, **output)


def test_a_full_disk_is_told_and_costs_nothing(flight: FlightRecorder, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("in the way", encoding="ascii")
    fail(flight, "a.py::test_x")
    fail(flight, "a.py::test_y")
    terminal = Terminal()
    flight.pytest_terminal_summary(terminal)
    assert terminal.lines == [f"flakemark: {tmp_path / 'kept'}: the trace of a.py::test_x could not be kept (File exists), and 1 more"]


def test_a_bug_of_ours_is_told_and_costs_nothing(flight: FlightRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(path: str, prepare: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(session.RECORDER, "write", write)
    fail(flight, "a.py::test_x")
    assert "could not be kept (ZeroDivisionError)" in flight.kept.problem


def begin(flight: FlightRecorder, nodeid: str) -> None:
    """Let a test begin, and its process die."""
    for _ in flight.pytest_runtest_setup(SimpleNamespace(nodeid=nodeid)):
        pass


def markers(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "kept").glob("running-*"))


def test_while_a_test_runs_a_marker_names_it(flight: FlightRecorder, tmp_path: Path) -> None:
    begin(flight, "a.py::test_x")
    [marker] = markers(tmp_path)
    assert json.loads(marker.read_text(encoding="ascii"))["nodeid"] == "a.py::test_x"
    begin(flight, "a.py::test_y")
    assert markers(tmp_path) == [marker]
    flight._over()
    assert markers(tmp_path) == []


def test_the_reader_tells_of_a_test_that_died_without_a_trace(flight: FlightRecorder, tmp_path: Path) -> None:
    begin(flight, "a.py::test_x\x1b[31m")
    found, problems = read_recorded(tmp_path / "kept")
    assert found == {}
    assert problems == (f"{tmp_path / 'kept'}: a.py::test_x\\x1b[31m was running when its process died; it left no trace",)


def test_the_controller_makes_a_line_of_it(flight: FlightRecorder, config: Any, tmp_path: Path) -> None:
    config.workerinput = {"workerid": "gw3", "testrunuid": "run1"}
    begin(flight, "a.py::test_x")
    controller = FlightRecorder(SimpleNamespace(rootpath=tmp_path), str(tmp_path / "kept"))
    controller.pytest_testnodedown(node_of("gw0"))
    assert markers(tmp_path)
    controller.pytest_testnodedown(node_of("gw3"))
    assert not markers(tmp_path)
    [entry] = index_of(tmp_path)
    assert [entry[name] for name in ("nodeid", "attempt", "worker", "outcome", "file")] == ["a.py::test_x", 1, "gw3", "died", None]
    assert [line.split(" and ")[0] for line in controller._lines()] == ["1 test died with the process"]
    assert "died with its process; it left no trace" in read_recorded(tmp_path / "kept")[1][0]


def test_the_next_session_makes_a_line_of_it_when_the_process_is_gone(flight: FlightRecorder, tmp_path: Path) -> None:
    begin(flight, "a.py::test_x")
    flight.pytest_sessionstart()  # another session beside this one: the process is alive
    assert markers(tmp_path)
    [marker] = markers(tmp_path)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    marker.write_text(json.dumps({**json.loads(marker.read_text(encoding="ascii")), "pid": gone.pid}), encoding="ascii")
    flight.pytest_sessionstart()
    assert not markers(tmp_path)
    assert index_of(tmp_path)[0]["outcome"] == "died"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"3", b'{"nodeid": 3, "pid": 1}', b"[" * 10_000])
def test_a_marker_that_is_none_is_left_where_it_is(flight: FlightRecorder, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "running-main-1.json").write_bytes(content)
    (tmp_path / "kept" / "running-pipe-1.json").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "kept" / "running-fifo-1.json")
    flight.pytest_sessionstart()
    assert len(markers(tmp_path)) == 3
    assert not (tmp_path / "kept" / "index.jsonl").exists()


def test_whose_process_is_gone() -> None:
    assert not is_gone({"nodeid": "x", "pid": os.getpid()})
    assert is_gone({"nodeid": "x", "pid": 1 << 40})
    assert is_gone({"nodeid": "x", "pid": "1"})
    assert not is_gone({})


def test_of_a_passed_test_the_newest_trace_is_kept_and_one_line(flight: FlightRecorder, tmp_path: Path) -> None:
    for _ in range(2):
        begin(flight, "a.py::test_x")
        flight._keep_example()
        flight._over()
    [entry] = index_of(tmp_path)
    assert (entry["outcome"], "failure" in entry) == ("passed", False)
    assert _TRACE_NAME.fullmatch(entry["file"])
    assert read_recorded(tmp_path / "kept") == ({}, ())


def test_half_a_line_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index.jsonl"
    append(str(path), "first\n")
    monkeypatch.setattr(files, "_write", lambda number, content: os.write(number, content[:3]))
    with pytest.raises(OSError, match="No space left"):
        append(str(path), "second\n")
    assert path.read_text(encoding="ascii") == "first\n"


def test_lines_of_several_workers_do_not_cut_each_other(tmp_path: Path) -> None:
    path = str(tmp_path / "index.jsonl")
    lines = [json.dumps({"worker": number, "text": str(number) * 20_000}) + "\n" for number in range(8)]

    def repeat(line: str) -> None:
        for _ in range(20):
            append(path, line)

    threads = [threading.Thread(target=repeat, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open(path, encoding="ascii") as file:
        found = [json.loads(line) for line in file]
    assert sorted(entry["worker"] for entry in found) == sorted(list(range(8)) * 20)
