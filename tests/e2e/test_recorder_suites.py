"""The flight recorder over whole suites, alone and beside xdist, reruns and coverage: same outcomes, a trace for every failed attempt."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from flakemark.recorded import read_recorded
from tests.e2e.flaky_project import QUIET

CONFTEST = """\
import pytest
from app import work


def fixture(scope):
    @pytest.fixture(scope=scope)
    def value():
        yield work.add(scope)
        work.add("over")
    return value


for_session, for_package, for_module, for_class, for_function = map(fixture, ["session", "package", "module", "class", "function"])
"""
WORK = """\
import asyncio
import subprocess
import sys
import threading


def add(*items):
    return "+".join(items)


def in_thread(value):
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(add(value))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def in_process(code):
    done = subprocess.run([sys.executable, "-c", f"print({code!r})"], capture_output=True, text=True)
    return done.stdout.strip()


async def in_task(value):
    async def step(number):
        await asyncio.sleep(0)
        return add(value, str(number))
    return await asyncio.gather(*map(step, range(3)))
"""
TESTS = """\
import os
import signal
import time
import unittest

import pytest
from app import work

ATTEMPTS = []


class TestScopes:
    def test_first(self, for_session, for_package, for_module, for_class, for_function):
        assert work.add(for_session, for_function) == "session+function"

    def test_second(self, for_session, for_class):
        assert for_class == "class", work.add("never")

    def test_fails(self, for_session, for_module):
        assert work.add(for_session) == "other"


@pytest.mark.parametrize("number", range(4))
def test_parameters(number, for_module):
    assert work.add(str(number)) != "2"


@pytest.mark.asyncio
@pytest.mark.parametrize("expected", ["a+0", "b+0"])
async def test_async(expected):
    assert (await work.in_task("a"))[0] == expected


@pytest.mark.parametrize("expected", ["t", "u"])
def test_threads(expected):
    assert work.in_thread("t") == [expected] * 3


@pytest.mark.parametrize("expected", ["1", "2"])
def test_processes(expected):
    assert work.in_process("1") == expected


def test_sometimes(request):
    ATTEMPTS.append(1)
    assert len(ATTEMPTS) > 1


class TestOld(unittest.TestCase):
    def test_sub(self):
        self.assertEqual(work.add("x"), "x")

    def test_not(self):
        self.assertEqual(work.add("x"), "y")


def test_looks_at_the_process_as_it_is_without_a_recorder():
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.signal(signal.SIGTERM, signal.SIG_DFL) is signal.SIG_DFL
    assert (os._exit.__name__, os._exit.__qualname__) == ("_exit", "_exit")


def test_a_child_that_is_terminated_before_it_is_awake_dies():
    pid = os.fork()
    if not pid:
        time.sleep(5)
        os._exit(7)
    os.kill(pid, signal.SIGTERM)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGTERM


@pytest.mark.xfail
def test_expected():
    assert work.add("x") == "y"


@pytest.mark.skip
def test_skipped():
    assert 0
"""
ALWAYS = {
    "TestScopes::test_fails", "test_parameters[2]", "test_async[b+0]", "test_threads[u]", "test_processes[2]", "TestOld::test_not",
}  # fmt: skip
PLAIN = ("-m", "pytest")
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
SLOW = pytest.mark.slow


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    files = {
        "pytest.ini": QUIET, "app/__init__.py": "", "app/work.py": WORK, "tests/__init__.py": "", "tests/conftest.py": CONFTEST,
        "tests/test_all.py": TESTS,
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(root: Path, *arguments: str, start: tuple[str, ...] = PLAIN) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *start, "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(root)})


def outcomes(junit: Path) -> list[Any]:
    cases = ElementTree.parse(junit).getroot().iter("testcase")
    return sorted((case.get("name"), [(child.tag, ADDRESS.sub("", child.get("message") or "")) for child in case]) for case in cases)


def entries(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="ascii").splitlines()]


BESIDE = [(), ("--reruns", "1"), pytest.param(("-n", "2"), marks=SLOW), pytest.param(("--reruns", "2", "-n", "2"), marks=SLOW)]


@pytest.mark.parametrize("options", BESIDE, ids=" ".join)
def test_outcomes_are_the_same_and_every_failed_attempt_has_a_trace(suite: Path, options: tuple[str, ...]) -> None:
    plain = run(suite, *options, "--junit-xml=plain.xml")
    recorded = run(suite, *options, "--junit-xml=recorded.xml", "--flakemark-record=kept")
    assert recorded.returncode == plain.returncode == 1
    assert outcomes(suite / "recorded.xml") == outcomes(suite / "plain.xml")
    assert summary(recorded) == summary(plain)

    attempts = 1 + int(options[options.index("--reruns") + 1]) if "--reruns" in options else 1
    found = entries(suite / "kept")
    failed = Counter(entry["nodeid"].removeprefix("tests/test_all.py::") for entry in found)
    assert failed == {**dict.fromkeys(ALWAYS, attempts), "test_sometimes": 1}
    assert sorted(entry["attempt"] for entry in found if entry["nodeid"].endswith("test_fails")) == list(range(1, attempts + 1))
    assert {entry["outcome"] for entry in found} == {"failed"}
    assert {entry["worker"] for entry in found} <= ({"gw0", "gw1"} if "-n" in options else {"main"})
    assert {path.name for path in (suite / "kept").iterdir()} == {"index.jsonl", *(entry["file"] for entry in found)}
    assert len({entry["file"] for entry in found}) == len(found)

    traces, problems = read_recorded(suite / "kept")
    assert problems == ()
    assert {name.removeprefix("tests/test_all.py::") for name in traces} == ALWAYS | {"test_sometimes"}
    assert all(recorded.trace.events for recorded in traces.values())


def summary(done: subprocess.CompletedProcess[str]) -> str:
    return re.sub(r" in [\d.]+s.*", "", done.stdout.strip().splitlines()[-1].strip("= "))


@SLOW
def test_threads_and_tasks_have_traces_of_their_own(suite: Path) -> None:
    run(suite, "--flakemark-record=kept")
    traces, _ = read_recorded(suite / "kept")
    names = {name.rsplit("::", 1)[1]: recorded.trace.threads for name, recorded in traces.items()}
    assert len([name for name in names["test_threads[u]"] if name.startswith("thread:")]) == 3
    assert len([name for name in names["test_async[b+0]"] if name.startswith("task:step")]) == 3


WIDE = """\
import random

import pytest
from app.work import add


@pytest.fixture(scope="session")
def drawn():
    return add(str(random.randint(1, 10**9)))


@pytest.fixture(scope="module")
def module(drawn):
    return add("of the module", drawn)


@pytest.fixture(scope="module")
def unused():
    return add("of nobody here")


def test_first(module, unused):
    pass


def test_second(module):
    assert add("second") == 1
"""


def test_what_wider_fixtures_did_is_in_the_trace_of_every_test_that_uses_them(suite: Path) -> None:
    (suite / "tests" / "test_wide.py").write_text(WIDE, encoding="utf-8")
    run(suite, "tests/test_wide.py", "--flakemark-record=kept")
    traces, problems = read_recorded(suite / "kept")
    assert problems == ()
    [(name, recorded)] = traces.items()
    assert name.endswith("test_second")
    sources = [recorded.trace.sites[event.site].source_name for event in recorded.trace.events]
    assert [name for name in sources if name] == ["random.randint"]
    values = [event.literal for event in recorded.trace.events]
    assert [value.split("+")[0] for value in values if isinstance(value, str) and value.startswith("of ")] == ["of the module"] * 2
    assert values.index("second") > sources.index("random.randint")


@SLOW
def test_coverage_counts_the_same_lines(suite: Path) -> None:
    found = []
    for name, options in (("plain", ()), ("recorded", ("--flakemark-record=kept",))):
        done = run(
            suite, f"--junit-xml={name}.xml", *options, start=("-m", "coverage", "run", "--branch", "--include=app/*,tests/*", *PLAIN)
        )
        report = subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", "-"], cwd=suite, capture_output=True, text=True)
        found.append((done.returncode, summary(done), outcomes(suite / f"{name}.xml"), json.loads(report.stdout)["files"]))
    assert found[0][:3] == found[1][:3]
    for file, plain in found[0][3].items():
        recorded = found[1][3][file]
        assert (recorded["executed_lines"], recorded["missing_lines"]) == (plain["executed_lines"], plain["missing_lines"]), file
    assert entries(suite / "kept")


@SLOW
def test_of_each_passed_test_one_example_is_kept_when_asked_for(suite: Path) -> None:
    for _ in range(2):
        done = run(suite, "--flakemark-record=kept", "--flakemark-record-passing", "-k", "test_parameters or test_expected")
        assert "3 passed tests left a trace" in done.stdout
    found = entries(suite / "kept")
    assert Counter(entry["nodeid"].rsplit("::", 1)[1] for entry in found) == {
        "test_parameters[0]": 1, "test_parameters[1]": 1, "test_parameters[3]": 1, "test_parameters[2]": 2,
    }  # fmt: skip
    assert {entry["outcome"] for entry in found} == {"passed", "failed"}
    assert len({entry["file"] for entry in found}) == len(found)


LOUD = """\
from app.work import add


def make_password(number):
    return f"hunter-{number}"


def test_loud():
    first = add("first")
    for number in range(100_000):
        text = add(str(number), "x" * 100)
    LINES
    token = add("s3cr3t", "value")
    address = add("https://host/", token)
    password = make_password(2)
    assert address == password
"""


def test_a_trace_is_bounded_and_holds_no_secret(suite: Path) -> None:
    lines = "; ".join(f"text = add('{number}', 'x' * 100)" for number in range(400))
    (suite / "tests" / "test_loud.py").write_text(LOUD.replace("LINES", lines), encoding="utf-8")
    run(suite, "tests/test_loud.py", "--flakemark-record=kept", "--flakemark-record-limit=24")
    [entry] = entries(suite / "kept")
    path = suite / "kept" / entry["file"]
    text = path.read_text(encoding="ascii")
    assert 6 * 1024 < len(text) <= 24 * 1024
    header = json.loads(text.splitlines()[0])
    assert 0 < header["shortened"] <= header["dropped"]
    assert header["redacted"] >= 4
    for secret in ("s3cr3t+value", "hunter-2"):
        assert secret not in text
        assert secret not in json.dumps(entry)
    assert "assert " in entry["failure"]["message"]
