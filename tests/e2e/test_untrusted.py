"""The whole program as root, as the action's container starts it, on a project whose tests attack it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

import pytest

from flakebot.demo.show import Place, lay_out, pull_request, runner_environment
from flakebot.standin import StandIn
from flakemark.model import Verdict
from flakemark.report.document import read_report

SYSTEM_PYTHON = Path("/usr/bin/python3")
# What pytest is made of, all of it pure Python; the last three only below 3.11.
PURE = ("pytest", "pluggy", "iniconfig", "packaging", "pygments", "exceptiongroup", "tomli", "typing_extensions")
needs_root = pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0 or not SYSTEM_PYTHON.exists(),
    reason="only root starts programs as another user, and that user needs a Python outside of root's home",
)
pytestmark = [pytest.mark.slow, needs_root]
RUNNER_USER = 1001
JUNIT = """<testsuites><testsuite name="pytest"><testcase classname="tests.test_evil" name="test_evil">
<failure message="x">x</failure></testcase></testsuite></testsuites>"""


@dataclass
class Attacked:
    """A job whose test is ours to write."""

    place: Place
    github: StandIn
    environ: dict[str, str]

    def run(self, body: str) -> subprocess.CompletedProcess[str]:
        (self.place.project / "tests" / "test_evil.py").write_text(f"import json, os, sys, time\n\ndef test_evil():\n{body}\n")
        for path in (self.place.project, *self.place.project.rglob("*")):
            os.chown(path, RUNNER_USER, RUNNER_USER, follow_symlinks=False)
        command = [sys.executable, "-m", "flakebot", "run"]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=240, check=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.github.project.token, self.github.runtime_token, "hunter2hunter2", "checkout-token")

    @property
    def told(self) -> str:
        """Everything that left the job."""
        files = [path.read_text() for path in (self.place.project / "flakemark-reports").iterdir()]
        posted = [one.body for one in (*self.github.reviews, *self.github.comments, *self.github.conversation)]
        return "\n".join([*files, *posted, (self.place.runner / "summary.md").read_text()])


def installed(name: str) -> Distribution | None:
    try:
        return Distribution.from_name(name)
    except PackageNotFoundError:
        return None


@pytest.fixture(scope="module")
def python() -> Iterator[Path]:
    """An interpreter with pytest that every user can start."""
    folder = Path(tempfile.mkdtemp(prefix="flakebot-python-"))
    folder.chmod(0o755)
    subprocess.run([SYSTEM_PYTHON, "-m", "venv", "--without-pip", str(folder / "venv")], check=True, capture_output=True, timeout=120)
    (target,) = (folder / "venv" / "lib").glob("python3*/site-packages")
    for distribution in filter(None, map(installed, PURE)):
        for file in distribution.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(file.locate()), target / file)
    yield folder / "venv" / "bin" / "python"
    shutil.rmtree(folder)


@pytest.fixture
def job(python: Path) -> Iterator[Attacked]:
    folder = Path(tempfile.mkdtemp(prefix="flakebot-attacked-"))
    folder.chmod(0o755)
    place = lay_out(folder / "job")
    (place.project / "reports").mkdir()
    (place.project / "reports" / "junit.xml").write_text(JUNIT)
    (place.project / ".git").mkdir()
    (place.project / ".git" / "config").write_text("checkout-token")
    (folder / "tmp").mkdir()
    with StandIn(pull_request(place)) as github:
        given = {
            "INPUT_PYTHON-VERSION": str(python), "INPUT_RUNS": "2", "INPUT_BUDGET": "20", "TMPDIR": str(folder / "tmp"),
            "DEPLOY_TOKEN": "hunter2hunter2",
        }  # fmt: skip
        yield Attacked(place, github, {**runner_environment(place, github, os.environ), **given})
    shutil.rmtree(folder)


LOOK = """
    seen = {}
    def look(path):
        try:
            seen[path] = open(path, "rb").read().decode(errors="replace")
        except OSError as error:
            seen[path] = "!" + type(error).__name__
    pid = os.getpid()
    while pid > 0:
        look(f"/proc/{pid}/environ")
        look(f"/proc/{pid}/cmdline")
        if seen[f"/proc/{pid}/environ"].startswith("!"):  # not ours: reading our own pipes would take what the tracer waits for
            for number in range(3, 12):
                look(f"/proc/{pid}/fd/{number}")
        pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
    for path in PATHS:
        look(path)
    open(SEEN, "w").write(json.dumps([os.getuid(), os.getgroups(), seen]))
    assert 0
"""


def test_a_test_finds_no_token_in_any_process_and_in_no_file(job: Attacked) -> None:
    project, runner = job.place.project, job.place.runner
    (runner / ".netrc").write_text("hunter2hunter2")
    paths = [str(project / ".git" / "config"), str(runner / ".netrc"), str(runner / "event.json")]
    seen = project.parent.parent / "seen.json"
    seen.touch()
    seen.chmod(0o666)
    done = job.run(LOOK.replace("PATHS", repr(paths)).replace("SEEN", repr(str(seen))))
    assert done.returncode == 0, done.stdout + done.stderr
    uid, groups, found = json.loads(seen.read_text())
    assert uid >= 40_000
    assert groups == []
    assert [secret for secret in job.secrets if secret in seen.read_text()] == []
    assert {path: found[path] for path in paths} == dict.fromkeys(paths, "!PermissionError")
    assert f"they run as a user of their own (uid {uid})" in done.stdout


def test_what_it_leaves_belongs_to_the_owner_of_the_workspace(job: Attacked) -> None:
    assert job.run("    open('left.txt', 'w').write('x')\n    assert 0").returncode == 0
    owners = {path.lstat().st_uid for path in job.place.project.rglob("*")}
    assert owners == {RUNNER_USER}
    assert not (job.place.project / "left.txt").exists()
    assert list(Path(job.environ["TMPDIR"]).iterdir()) == []


def test_a_daemon_is_dead_before_anything_is_published(job: Attacked) -> None:
    alive = job.place.folder.parent / "alive"
    alive.touch()
    alive.chmod(0o666)
    made = alive.stat().st_mtime
    body = f"""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                open({str(alive)!r}, "w").write(str(time.time()))
                time.sleep(0.01)
        os._exit(0)
    time.sleep(0.2)
    assert 0
    """
    assert job.run(body).returncode == 0
    assert alive.stat().st_mtime > made
    # Not its content: the daemon may have been killed while it wrote.
    assert alive.stat().st_mtime < (job.place.project / "flakemark-reports" / "report.json").stat().st_mtime


def test_a_report_that_it_puts_in_place_of_the_tracers_is_hostile_data(job: Attacked) -> None:
    # It runs as the user that owns the folder of the report: it can replace it by a link to a file of root.
    (job.place.runner / "event.json").chmod(0o600)
    body = """
    out = os.path.join(os.path.dirname(os.environ["TMPDIR"]), "out", "report.json")
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                try:
                    os.symlink("/etc/shadow", out + ".x")
                    os.replace(out + ".x", out)
                except OSError:
                    pass
                time.sleep(0.001)
        os._exit(0)
    assert 0
    """
    done = job.run(body)
    told = done.stdout + done.stderr
    assert "Traceback" not in told
    if done.returncode == 0:  # the tracer's own report came last
        (test,) = read_report(job.place.project / "flakemark-reports" / "report.json").tests
        assert test.verdict in set(Verdict)
    else:
        assert done.returncode == 3, told
        assert "without a readable report" in told
    assert "root:" not in told


SECRET_TEST = """
    import base64, urllib.parse
    secret = "hunter2" * 2  # a test that knows a secret of the job, e.g. by its own means
    forms = [secret, base64.b64encode(b"user:" + secret.encode()).decode(), urllib.parse.quote(secret)]
    assert forms == [], "leak " + " ".join(forms)
"""


def test_secrets_that_a_test_knows_by_itself_are_told_nowhere(job: Attacked) -> None:
    junit = JUNIT.replace('message="x">x<', 'message="AssertionError: hunter2hunter2">E leak hunter2hunter2\ntests/test_evil.py:7: E<')
    (job.place.project / "reports" / "junit.xml").write_text(junit)
    job.environ["INPUT_COMMENT"] = "all"
    done = job.run(SECRET_TEST)
    assert done.returncode == 0, done.stdout + done.stderr
    assert job.github.comments or job.github.reviews or job.github.conversation, done.stdout
    shown = job.told + done.stdout.replace("::add-mask::", "") + done.stderr
    encoded = ("hunter2hunter2", "dXNlcjpodW50ZXIyaHVudGVyMg", "aHVudGVyMmh1bnRlcjI")
    assert [form for form in encoded if form in shown] == []


def test_an_interpreter_that_the_other_user_cannot_start_is_named(job: Attacked, tmp_path: Path) -> None:
    hidden = tmp_path / "python"
    hidden.write_text("#!/bin/sh\n")
    hidden.chmod(0o700)
    job.environ["INPUT_PYTHON-VERSION"] = str(hidden)
    done = job.run("    assert 0")
    assert done.returncode == 3
    assert "tests run as a user of their own, who must be able to read it" in done.stderr
