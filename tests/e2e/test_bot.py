"""`flakebot demo` and `flakebot run` as programs, against the stand-in for GitHub."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from flakebot.demo.show import Place, lay_out, pull_request, runner_environment
from flakebot.standin import StandIn
from flakemark.model import Verdict
from flakemark.report.document import read_report

FLAKEBOT = [sys.executable, "-m", "flakebot"]
# The Python that runs us may lie where another user cannot read it; test_untrusted.py is about that user.
RUN = [*FLAKEBOT, "run", "--same-user"]
FLAKY = "tests/test_checkout.py::test_coupons_are_applied_in_the_order_in_which_they_were_entered"
CAUSE_LINE = next(
    number
    for number, line in enumerate((Path(__file__).parents[2] / "flakebot/demo/project/shop/coupons.py").read_text().splitlines(), 1)
    if "set(codes)" in line
)


def junit(*names: str) -> str:
    cases = [
        f'<testcase classname="{name.rpartition(".")[0]}" name="{name.rpartition(".")[2]}"><failure message="x">x</failure></testcase>'
        for name in names
    ]
    return f'<testsuites><testsuite name="pytest">{"".join(cases)}</testsuite></testsuites>'


# Fails once in a million runs, and did so when it was recorded.
RARE = f"""\
import random


def draw():
    return random.randrange(1_000_000)  # CAUSE


def test_rare():
    assert draw() != {random.Random(7).randrange(1_000_000)}
"""


@dataclass
class Job:
    """A job of the demo's project with a given JUnit report."""

    place: Place
    github: StandIn
    environ: dict[str, str]

    def run(self, **changes: str) -> subprocess.CompletedProcess[str]:
        environ = {**self.environ, **changes}
        return subprocess.run(RUN, env=environ, capture_output=True, text=True, timeout=240, check=False)

    @property
    def summary(self) -> str:
        return (self.place.runner / "summary.md").read_text()


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    place = lay_out(tmp_path / "job")
    (place.project / "reports").mkdir()
    (place.project / "reports" / "junit.xml").write_text(junit("tests.test_shipping.test_orders_from_fifty_on_are_sent_for_free"))
    with StandIn(pull_request(place)) as github:
        environ = runner_environment(place, github, os.environ)
        yield Job(place, github, {**environ, "TMPDIR": str(make(tmp_path / "tmp")), "INPUT_BUDGET": "8", "INPUT_RUNS": "2"})


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.slow
def test_the_demo_finds_the_planted_line_and_shows_what_arrived(tmp_path: Path) -> None:
    started = time.monotonic()
    kept = tmp_path / "kept"
    done = subprocess.run([*FLAKEBOT, "demo", "--keep", str(kept)], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"File: +shop/coupons\.py\nLine: +{CAUSE_LINE}\n", done.stdout)
    assert f"review comment on shop/coupons.py, line {CAUSE_LINE}, commit" in done.stdout
    assert "1 consistent failure" in done.stdout
    assert re.search(r"artifact flakemark-tests-1, \d+ bytes, sha256:", done.stdout)
    reports = [Path(path) for path in re.findall(r"^  (?:HTML|JSON|Markdown|Summary) +(/.*)$", done.stdout, re.MULTILINE)]
    assert len(reports) == 4
    assert all(path.stat().st_size for path in reports)
    assert time.monotonic() - started < 60
    # What it prints as the way to see the failure again is taken at its word.
    folder, command = re.search(r"  cd (.*)\n  (.*)\n", done.stdout).groups()  # type: ignore[union-attr]
    again = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert "1 of 1 failed" in again.stdout


@pytest.mark.slow
def test_the_demo_works_where_a_proxy_is_set(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    environ = {**os.environ, **dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"), nowhere), "no_proxy": "example.org"}
    command = [*FLAKEBOT, "demo", "--keep", str(tmp_path / "kept")]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "review comment on shop/coupons.py" in done.stdout
    assert "artifact flakemark-tests-1" in done.stdout


def test_the_demo_does_not_write_into_a_folder_that_exists(tmp_path: Path) -> None:
    done = subprocess.run([*FLAKEBOT, "demo", "--keep", str(tmp_path)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"flakebot: --keep {tmp_path}: File exists; name a folder that does not exist yet"]


def test_a_consistent_failure_is_in_the_summary_and_gets_no_comment(job: Job) -> None:
    done = job.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert job.github.reviews == ()
    assert "fails in every run, most likely a real bug" in job.summary
    assert "there is no cause to comment on" in job.summary
    (artifact,) = job.github.artifacts
    assert [name for name, _ in artifact.entries] == ["report.html", "report.json", "report.md"]
    (test,) = read_report(job.place.project / "flakemark-reports" / "report.json").tests
    assert test.verdict is Verdict.CONSISTENT_FAILURE


@pytest.mark.slow
def test_findings_can_fail_the_step(job: Job) -> None:
    assert job.run(**{"INPUT_FAIL-ON": "consistent-failure"}).returncode == 1


def test_code_under_test_sees_no_token_and_no_runner(job: Job, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    test = (
        f"import json, os\ndef test_spy():\n    open({str(seen)!r}, 'w').write(json.dumps([dict(os.environ), os.getcwd()]))\n    assert 0\n"
    )
    (job.place.project / "tests" / "test_spy.py").write_text(test)
    (job.place.project / ".git").mkdir()
    (job.place.project / ".git" / "config").write_text("token")
    (job.place.project / "reports" / "junit.xml").write_text(junit("tests.test_spy.test_spy"))
    assert job.run(DEPLOY_TOKEN="hunter2hunter2", LD_LIBRARY_PATH="/opt/x").returncode == 0
    environ, folder = json.loads(seen.read_text())
    tokens = {job.github.project.token, job.github.runtime_token, "hunter2hunter2"}
    assert tokens & set(environ.values()) == set()
    assert [name for name in environ if name.startswith(("INPUT_", "GITHUB_", "ACTIONS_", "RUNNER_", "LD_"))] == []
    assert Path(folder) != job.place.project
    assert not (Path(folder) / ".git").exists()


def test_code_of_the_workspace_is_not_imported_into_the_program(job: Job, tmp_path: Path, project_root: Path) -> None:
    (entrypoint,) = re.findall(r"^ENTRYPOINT (\[.*\])$", (project_root / "Dockerfile").read_text(), re.MULTILINE)
    _, *arguments = json.loads(entrypoint)
    evil, ran = tmp_path / "evil", tmp_path / "ran"
    evil.mkdir()
    for name in ("sitecustomize.py", "yaml.py", "argparse.py"):
        (evil / name).write_text(f"open({str(ran)!r}, 'w')\n")
    # Many workflows set PYTHONPATH for their tests; the runner hands it over.
    environ = {**job.environ, "PYTHONPATH": str(evil), "INPUT_RUNS": "many"}
    done = subprocess.run([sys.executable, *arguments], env=environ, cwd=evil, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "input runs: must be a whole number" in done.stderr
    assert not ran.exists()


SPY = """
import os, pathlib

def test_spy():
    seen, pid = [], os.getpid()
    while pid > 0:
        process = pathlib.Path(f"/proc/{pid}")
        for name in ("environ", "cmdline"):
            try:
                seen.append((process / name).read_bytes())
            except OSError:
                pass
        seen.append(f"{pid}\\n".encode())
        pid = int((process / "stat").read_text().rpartition(")")[2].split()[1])
    pathlib.Path(SEEN).write_bytes(b"".join(seen))
    assert 0
"""


def test_a_test_that_looks_at_the_processes_above_it_finds_no_token(job: Job, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    (job.place.project / "tests" / "test_spy.py").write_text(SPY.replace("SEEN", repr(str(seen))))
    (job.place.project / "reports" / "junit.xml").write_text(junit("tests.test_spy.test_spy"))
    bot = subprocess.Popen(RUN, env={**job.environ, "DEPLOY_TOKEN": "hunter2hunter2"}, stdout=subprocess.DEVNULL)
    assert bot.wait(240) == 0
    found = seen.read_text(errors="replace")
    assert f"\n{bot.pid}\n" in re.sub(r"[^\n]*\0", "", found)  # it did look at the bot
    assert [token for token in (job.github.project.token, job.github.runtime_token, "hunter2hunter2") if token in found] == []


def test_what_a_test_prints_is_no_command_to_the_runner(job: Job) -> None:
    test = "def test_evil():\n    print('::set-output name=x::y\\n##[error]z')\n    assert 0, '::error::evil\\n##[error]evil'\n"
    (job.place.project / "tests" / "test_evil.py").write_text(test)
    (job.place.project / "reports" / "junit.xml").write_text(junit("tests.test_evil.test_evil"))
    done = job.run(INPUT_BUDGET="20")
    commands = [line for line in (done.stdout + done.stderr).splitlines() if line.lstrip().startswith("::") or "##[" in line]
    assert [line.partition(" ")[0].partition("::st")[0] for line in commands] == ["::add-mask", "::error"]


def test_wrong_inputs_end_with_exit_code_2_and_a_line_each(job: Job) -> None:
    done = job.run(INPUT_RUNS="many", INPUT_MODE="later")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "Traceback" not in done.stdout + done.stderr


def test_outside_of_a_job_it_says_what_to_do() -> None:
    environ = {"PATH": os.environ["PATH"], "INPUT_JUNIT": "x.xml"}
    done = subprocess.run(RUN, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "GITHUB_EVENT_NAME is not set" in done.stderr
    assert "flakebot demo" in done.stderr


BAD_LUCK = "import random, pytest\n@pytest.fixture(autouse=True)\ndef bad_luck():\n    random.seed(7)\n"


@pytest.mark.slow
def test_the_traces_of_the_failed_job_are_where_the_diagnosis_starts(job: Job, tmp_path: Path) -> None:
    (tmp_path / "bad_luck.py").write_text(BAD_LUCK)
    (job.place.project / "tests" / "test_rare.py").write_text(RARE)
    options = ("-p", "bad_luck", "-p", "no:cacheprovider", "--flakemark-record=traces")
    record = [sys.executable, "-m", "pytest", "-q", "tests/test_rare.py", *options]
    environ = {**job.environ, "PYTHONPATH": str(tmp_path)}
    ran = subprocess.run(record, cwd=job.place.project, env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stdout
    (job.place.project / "reports" / "junit.xml").write_text(junit("tests.test_rare.test_rare"))
    done = job.run(INPUT_TRACES="traces", INPUT_BUDGET="20")
    assert done.returncode == 0, done.stdout + done.stderr
    (test,) = read_report(job.place.project / "flakemark-reports" / "report.json").tests
    assert test.verdict is Verdict.FLAKY, done.stdout
    assert test.cause is not None
    assert (test.cause.file, test.cause.line) == ("tests/test_rare.py", 5)


@pytest.mark.slow
def test_a_folder_of_traces_that_is_not_there_costs_one_line(job: Job) -> None:
    done = job.run(INPUT_TRACES="traces")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("input traces: no such folder 'traces'; the diagnosis does without recorded traces") == 1
    assert "input traces: no such folder" in job.summary


def test_an_environment_that_cannot_be_made_ends_with_exit_code_3_and_the_last_lines(job: Job, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no such thing as pytest >&2\nexit 1\n")
    broken.chmod(0o755)
    done = job.run(**{"INPUT_PYTHON-VERSION": str(broken)})
    assert done.returncode == 3
    assert "no such thing as pytest" in done.stderr
    assert "no such thing as pytest" in job.summary
    assert "Traceback" not in done.stdout + done.stderr


def test_a_test_that_cannot_be_imported_ends_with_exit_code_3_and_is_reported(job: Job) -> None:
    (job.place.project / "tests" / "test_shipping.py").write_text(
        "import psycopg_that_is_not_there\n\ndef test_orders_from_fifty_on_are_sent_for_free():\n    pass\n"
    )
    done = job.run(INPUT_BUDGET="20")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "psycopg_that_is_not_there" in job.summary


def test_under_pull_request_target_no_test_is_run(job: Job) -> None:
    done = job.run(GITHUB_EVENT_NAME="pull_request_target")
    assert done.returncode == 2
    assert "no test is run for pull_request_target" in done.stderr
    assert "plain runs" not in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_job_leaves_no_process_and_no_files(job: Job, number: signal.Signals) -> None:
    (job.place.project / "tests" / "test_slow.py").write_text("import time\ndef test_slow():\n    time.sleep(300)\n")
    (job.place.project / "reports" / "junit.xml").write_text(junit("tests.test_slow.test_slow"))
    bot = subprocess.Popen(
        RUN,
        env={**job.environ, "INPUT_TIMEOUT": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert bot.stdout is not None
    for line in bot.stdout:
        if "plain runs" in line:
            break
    assert running_below(Path(job.environ["TMPDIR"]))
    bot.send_signal(number)
    rest = bot.stdout.read()
    bot.stdout.close()
    assert bot.wait(60) == 130
    assert "flakebot: interrupted" in rest
    deadline = time.monotonic() + 10
    while running_below(Path(job.environ["TMPDIR"])) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running_below(Path(job.environ["TMPDIR"])) == []
    assert list(Path(job.environ["TMPDIR"]).glob("flakebot-*")) == []


def running_below(folder: Path) -> list[str]:
    """The processes whose command line or working directory names a folder of the sandbox."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "cmdline").read_bytes().decode(errors="replace") + os.readlink(entry / "cwd")
        except OSError:
            continue
        if str(folder) in told:
            found.append(told)
    return found


@pytest.mark.slow
def test_a_line_outside_of_the_diff_is_told_once_in_the_conversation(tmp_path: Path) -> None:
    place = lay_out(tmp_path / "job")
    (place.project / "reports").mkdir()
    (place.project / "reports" / "junit.xml").write_text(
        junit("tests.test_checkout.test_coupons_are_applied_in_the_order_in_which_they_were_entered")
    )
    project = pull_request(place)
    with StandIn(replace(project, base={**project.head, "README.md": "before\n"})) as github:
        environ: Mapping[str, str] = runner_environment(place, github, os.environ)
        for _ in range(2):
            done = subprocess.run(RUN, env=dict(environ), capture_output=True, text=True, timeout=240, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
        (thread,) = github.conversation
        assert (github.comments, github.reviews) == ((), ())
        assert f"/octo/shop/blob/{project.head_sha}/shop/coupons.py#L{CAUSE_LINE}" in thread.body
        assert "Told here because its line is not part of this pull request's diff." in thread.body


def diagnose_in_the_job(job: Job, *options: str) -> subprocess.CompletedProcess[str]:
    """What a job does whose tests need services: the tracer runs where the services are."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--flakemark-diagnose", *options]
    return subprocess.run(command, cwd=job.place.project, env=job.environ, capture_output=True, text=True, timeout=240, check=False)


@pytest.mark.slow
def test_reports_made_in_the_job_itself_are_published(job: Job) -> None:
    (job.place.project / "tests" / "test_here.py").write_text("def test_here():\n    assert 1 == 2\n")
    ran = diagnose_in_the_job(job, "tests/test_here.py", "--flakemark-json=reports/flakemark.json", "--flakemark-budget=20")
    assert ran.returncode == 1, ran.stdout
    done = job.run(INPUT_JUNIT="", INPUT_MODE="publish", INPUT_REPORTS="reports/flakemark.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tests are diagnosed here" not in done.stdout
    (test,) = read_report(job.place.project / "flakemark-reports" / "report.json").tests
    assert test.nodeid == "tests/test_here.py::test_here"
    assert "tests/test_here.py" in job.summary
    assert len(job.github.artifacts) == 1


@pytest.mark.slow
def test_the_shards_of_a_matrix_end_in_one_review(job: Job) -> None:
    victims = [f"tests.test_many.test_{number}" for number in range(4)]
    source = "import random\n\n\ndef draw():\n    return random.choice([1, 2])\n"
    source += "".join(f"\n\ndef test_{number}():\n    assert draw() == 1\n" for number in range(4))
    (job.place.project / "tests" / "test_many.py").write_text(source)
    (job.place.project / "reports" / "junit.xml").write_text(junit(*victims))
    for number in (1, 2):
        done = job.run(INPUT_SHARD=f"{number}/2", INPUT_MODE="diagnose", INPUT_BUDGET="20")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "2 tests are diagnosed here" in done.stdout
        made = job.place.project / "flakemark-reports" / "report.json"
        made.rename(job.place.project / "reports" / f"part-{number}.json")
    assert [artifact.name for artifact in job.github.artifacts] == ["flakemark-tests-1-of-2-1", "flakemark-tests-2-of-2-1"]
    assert (job.github.reviews, job.github.comments, job.github.conversation) == ((), (), ())
    done = job.run(INPUT_MODE="publish", INPUT_REPORTS="reports/part-*.json", INPUT_JUNIT="")
    assert done.returncode == 0, done.stdout + done.stderr
    report = read_report(job.place.project / "flakemark-reports" / "report.json")
    assert len(report.tests) == 4
    assert {(test.cause.file, test.cause.line) for test in report.tests if test.cause} == {("tests/test_many.py", 5)}
    assert len(job.github.reviews) + len(job.github.conversation) == 1
