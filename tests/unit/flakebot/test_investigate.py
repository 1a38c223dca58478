"""Which tests are diagnosed, how the tracer is started, and what becomes of the ways in which it can end."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flakebot.environment import Interpreter
from flakebot.errors import EnvironmentBroken, UsageError
from flakebot.investigate import Laboratory, command, investigate, not_run, place_library
from flakebot.processes import ChildProcesses
from flakebot.selection import Selection
from flakebot.settings import Settings, load_settings
from flakemark.model import Diagnosis, FailedTest, NodeId, Report, Verdict
from flakemark.report.document import dumps


def failed(name: str, **values: Any) -> FailedTest:
    return FailedTest(nodeid=NodeId(name), **values)


def settings(tmp_path: Path, **inputs: str) -> Settings:
    environ = {f"INPUT_{name.upper().replace('_', '-')}": value for name, value in {"junit": "junit.xml", **inputs}.items()}
    return load_settings(environ, tmp_path)


def laboratory(tmp_path: Path, lines: list[str], python: str = sys.executable) -> Laboratory:
    (tmp_path / "out").mkdir(exist_ok=True)
    return Laboratory(
        interpreter=Interpreter(Path(python), ()), library=tmp_path / "lib", root=tmp_path, output=tmp_path / "out",
        environ={"PATH": "/usr/bin:/bin"}, processes=ChildProcesses(), on_line=lines.append,
    )  # fmt: skip


def test_the_command_line_is_the_one_that_the_tracer_documents(tmp_path: Path) -> None:
    given = settings(tmp_path, junit="a.xml\nb.xml", runs="9", timeout="1.5", pytest_args="-p 'no:x y'")
    words = command(["a::b", "c::d"], given, laboratory(tmp_path, []), Path("/o.json"))
    assert words[1:3] == ["-I", "-c"]
    assert words[4:] == [
        "diagnose", "a::b", "c::d", "--junit", "a.xml", "--junit", "b.xml", "--root", str(tmp_path), "--runs", "9", "--timeout", "1.5",
        "--budget", "60", "--json", "/o.json", "--", "-p", "no:x y",
    ]  # fmt: skip


def test_recorded_traces_are_handed_to_the_tracer_as_a_folder_of_the_copy(tmp_path: Path) -> None:
    words = command(["a::b"], settings(tmp_path, traces="out/traces"), laboratory(tmp_path, []), Path("/o.json"))
    assert words[-2:] == ["--traces", str(tmp_path / "out/traces")]


def test_the_library_holds_the_tracer_and_nothing_else(tmp_path: Path) -> None:
    library = place_library(tmp_path / "lib")
    assert [path.name for path in library.iterdir()] == ["flakemark"]
    program = f"import sys; sys.path.insert(0, {str(library)!r}); import flakemark; print(flakemark.__file__)"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(library))


@pytest.fixture
def tracer(tmp_path: Path) -> Any:
    """A stand-in for the tracer: prints, then ends as told."""

    def make(body: str) -> None:
        package = tmp_path / "lib" / "flakemark"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "__main__.py").write_text(
            f"import sys, time, pathlib\ndef main(argv):\n    out = pathlib.Path(argv[argv.index('--json') + 1])\n    {body}\n"
        )

    return make


FOUND = Report(version="1", python="3.12.1", root="x", tests=(Diagnosis(nodeid=NodeId("a::b"), verdict=Verdict.NOT_REPRODUCED),))
CHOSEN = (failed("a::b"),)


def test_the_report_of_the_tracer_is_read_and_its_progress_passed_on(tmp_path: Path, tracer: Any) -> None:
    tracer(f"out.write_text({dumps(FOUND)!r}); print('::error::box'); print('::error::x', file=sys.stderr); return 0")
    lines: list[str] = []
    assert investigate(CHOSEN, settings(tmp_path), laboratory(tmp_path, lines)) == FOUND
    assert lines == ["::error::x"]  # the log makes it harmless


def test_tests_that_could_not_be_run_are_still_reported(tmp_path: Path, tracer: Any) -> None:
    tracer(f"out.write_text({dumps(FOUND)!r}); return 3")
    assert investigate(CHOSEN, settings(tmp_path), laboratory(tmp_path, [])) == FOUND


def test_a_refused_input_is_told_with_the_tracers_words(tmp_path: Path, tracer: Any) -> None:
    tracer("print('flakemark: --runs 0: at least 1', file=sys.stderr); return 2")
    with pytest.raises(UsageError, match=r"(?s)the tracer refused its input:\n  flakemark: --runs 0"):
        investigate(CHOSEN, settings(tmp_path), laboratory(tmp_path, []))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 3", "ended with exit code 3 without a readable report"),
        ("out.write_text('{}'); return 0", "ended with exit code 0 without a readable report"),
        ("raise SystemError('boom')", "SystemError: boom"),
        ("import os; os.kill(os.getpid(), 9)", "ended with exit code -9"),
    ],
)
def test_a_tracer_without_a_report_is_a_broken_environment(tmp_path: Path, tracer: Any, body: str, message: str) -> None:
    tracer(body)
    with pytest.raises(EnvironmentBroken, match=r"the project's tests could not be run") as caught:
        investigate(CHOSEN, settings(tmp_path), laboratory(tmp_path, []))
    assert message in str(caught.value)


def test_uncollected_modules_and_what_was_left_out_are_in_the_report() -> None:
    selection = Selection(
        (), (failed("tests/test_a.py", phase="collect", message="ImportError:\n no x"),), tuple(failed(f"a::{n}") for n in range(12))
    )
    report = not_run(selection)
    (test,) = report.tests
    assert test.verdict is Verdict.ERROR
    assert test.notes == ("pytest could not collect it, so there is no test to run: ImportError: no x",)
    (note,) = report.notes
    assert note.startswith("12 failed tests are over the limit max-tests")
    assert note.endswith("a::9 and 2 more")


def usable_folder(folder: Path) -> None:
    folder.mkdir()
    (folder / "index.jsonl").write_text("{}\n")


def folder_without_index(folder: Path) -> None:
    folder.mkdir()


def foreign_folder(folder: Path) -> None:
    folder.mkdir()
    (folder / "index.jsonl").write_bytes(b"\xff\n")


def folder_for_an_index(folder: Path) -> None:
    (folder / "index.jsonl").mkdir(parents=True)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda folder: None, "input traces: no such folder 'traces'"),
        (lambda folder: folder.write_text("x"), "input traces: no such folder 'traces'"),
        (folder_without_index, "input traces: 'traces': holds no index.jsonl; was pytest run with --flakemark-record?"),
        (folder_for_an_index, "input traces: 'traces': its index cannot be read (not an ordinary file)"),
        (foreign_folder, "input traces: 'traces': its index.jsonl is not one of ours"),
    ],
)
def test_traces_that_cannot_be_used_cost_one_line_and_not_the_diagnosis(tmp_path: Path, tracer: Any, make: Any, reason: str) -> None:
    make(tmp_path / "traces")
    tracer(f"assert '--traces' not in argv; out.write_text({dumps(FOUND)!r}); return 0")
    lines: list[str] = []
    report = investigate(CHOSEN, settings(tmp_path, traces="traces"), laboratory(tmp_path, lines))
    assert report.tests == FOUND.tests
    (note,) = report.notes
    assert note.startswith(reason)
    assert lines == [note]


def test_traces_that_can_be_used_reach_the_tracer(tmp_path: Path, tracer: Any) -> None:
    usable_folder(tmp_path / "traces")
    tracer(f"assert argv[-2] == '--traces'; out.write_text({dumps(FOUND)!r}); return 0")
    assert investigate(CHOSEN, settings(tmp_path, traces="traces"), laboratory(tmp_path, [])) == FOUND


REFUSED = "every run fails at tests/a.py:3: ConnectionRefusedError: [Errno 111] Connection refused"


@pytest.mark.parametrize(
    ("message", "note", "verdict"),
    [
        ("assert 1 == 2", REFUSED, Verdict.ERROR),
        ("ConnectionRefusedError: [Errno 111]", REFUSED, Verdict.CONSISTENT_FAILURE),  # it was out of reach in the job as well
        ("assert 1 == 2", "every run fails at tests/a.py:3: assert 1 == 2", Verdict.CONSISTENT_FAILURE),
    ],
)
def test_a_test_that_misses_a_service_of_the_job_is_not_called_a_real_bug(
    tmp_path: Path, tracer: Any, message: str, note: str, verdict: Verdict
) -> None:
    found = replace(FOUND, tests=(Diagnosis(nodeid=NodeId("a::b"), verdict=Verdict.CONSISTENT_FAILURE, notes=(note,)),))
    tracer(f"out.write_text({dumps(found)!r}); return 0")
    (test,) = investigate((failed("a::b", message=message),), settings(tmp_path), laboratory(tmp_path, [])).tests
    assert test.verdict is verdict
    assert any("services of the job are out of reach" in one for one in test.notes) is (verdict is Verdict.ERROR)
