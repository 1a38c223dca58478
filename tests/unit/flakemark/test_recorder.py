"""The flight recorder's files: names that are safe everywhere, lines that do not cut each other, problems that cost nothing."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flakemark import recorder
from flakemark.recorded import _TRACE_NAME
from flakemark.recorder import FlightRecorder

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

    def write(self, path: str) -> None:
        Path(path).write_text("trace", encoding="ascii")


@pytest.fixture
def config(tmp_path: Path) -> Any:
    return SimpleNamespace(rootpath=tmp_path)


@pytest.fixture
def flight(config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlightRecorder:
    finder = SimpleNamespace(relative=lambda file: str(Path(file).relative_to(tmp_path)), owns=lambda file: True)
    monkeypatch.setattr(recorder, "install_hook", lambda root: finder)  # or else this very process would load modules with probes
    monkeypatch.setattr(recorder, "RECORDER", Traced())
    return FlightRecorder(config, str(tmp_path / "kept"))


def fail(flight: FlightRecorder, nodeid: str) -> None:
    """Let one attempt of a test fail."""
    item = SimpleNamespace(nodeid=nodeid)
    for _ in flight.pytest_runtest_setup(item):
        pass
    flight.watch.failure = dict(FAILURE)
    flight._keep(nodeid)


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
    for node in (SimpleNamespace(workeroutput=config.workeroutput), SimpleNamespace(workeroutput={"flakemark": [0, "full"]}), object()):
        controller.pytest_testnodedown(node)
    terminal = Terminal()
    controller.pytest_terminal_summary(terminal)
    assert terminal.lines == ["flakemark: full", f"flakemark: 1 trace of a failed test is in {tmp_path / 'kept'}"]


def test_a_full_disk_is_told_and_costs_nothing(flight: FlightRecorder, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("in the way", encoding="ascii")
    fail(flight, "a.py::test_x")
    terminal = Terminal()
    flight.pytest_terminal_summary(terminal)
    assert terminal.lines == [f"flakemark: {tmp_path / 'kept'}: the trace of a.py::test_x could not be kept (File exists)"]


def test_lines_of_several_workers_do_not_cut_each_other(tmp_path: Path) -> None:
    path = str(tmp_path / "index.jsonl")
    lines = [json.dumps({"worker": number, "text": str(number) * 20_000}) + "\n" for number in range(8)]

    def append(line: str) -> None:
        for _ in range(20):
            recorder._append(path, line)

    threads = [threading.Thread(target=append, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open(path, encoding="ascii") as file:
        found = [json.loads(line) for line in file]
    assert sorted(entry["worker"] for entry in found) == sorted(list(range(8)) * 20)
