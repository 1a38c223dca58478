"""The copy of the tree, the environment without secrets, and programs that do not outlive their time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flakebot.processes import ChildProcesses, Finished, session_members
from flakebot.sandbox import child_environment, installer_environment, make_sandbox, remove

LEFTOVERS = {
    "INPUT_GITHUB-TOKEN": "secret", "GITHUB_TOKEN": "secret", "GITHUB_WORKSPACE": "/w", "ACTIONS_RUNTIME_TOKEN": "secret",
    "RUNNER_TEMP": "/t",
    "AWS_SECRET_ACCESS_KEY": "secret", "pythonLocation": "/opt/tools", "LD_LIBRARY_PATH": "/opt/x", "PKG_CONFIG_PATH": "/opt/x",
    "Python3_ROOT_DIR": "/opt/x", "UV_CACHE_DIR": "/opt/x", "PYTHONPATH": "/opt/x", "HOME": "/github/home", "DATABASE_URL": "postgres://u:p@h/d",
}  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    for name in (
        "pkg/a.py",
        "pkg/__pycache__/a.pyc",
        ".git/config",
        ".venv/pyvenv.cfg",
        "own-env/pyvenv.cfg",
        "own-env/bin/python",
        "node_modules/x.js",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def sandboxed(tmp_path: Path, workspace: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return make_sandbox(folder, workspace).tree


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def test_the_copy_has_neither_version_control_nor_caches_nor_environments(tmp_path: Path, workspace: Path) -> None:
    assert files(sandboxed(tmp_path, workspace)) == ["pkg/a.py"]


def test_the_copy_keeps_the_name_of_the_workspace(tmp_path: Path, workspace: Path) -> None:
    assert sandboxed(tmp_path, workspace).name == "shop"


def test_links_inside_the_tree_lead_to_the_copy(tmp_path: Path, workspace: Path) -> None:
    (workspace / "pkg" / "b.py").symlink_to("a.py")
    (workspace / "absolute.py").symlink_to(workspace / "pkg" / "a.py")
    (workspace / "alias").symlink_to("pkg")
    tree = sandboxed(tmp_path, workspace)
    for name in ("pkg/b.py", "absolute.py", "alias/a.py"):
        assert (tree / name).resolve() == tree / "pkg" / "a.py"


def test_links_out_of_the_tree_are_left_out(tmp_path: Path, workspace: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (workspace / "out").symlink_to(tmp_path / "secret")
    (workspace / "up").symlink_to("../..")
    (workspace / "token").symlink_to(".git/config")
    (workspace / "loop").symlink_to("loop")
    tree = sandboxed(tmp_path, workspace)
    assert [name for name in ("out", "up", "token") if (tree / name).is_symlink()] == []
    assert files(tree)[-1] == "pkg/a.py"


def test_pipes_do_not_hold_the_copy_up(tmp_path: Path, workspace: Path) -> None:
    os.mkfifo(workspace / "pipe")
    assert files(sandboxed(tmp_path, workspace)) == ["pkg/a.py"]


def test_changes_in_the_copy_do_not_reach_the_workspace(tmp_path: Path, workspace: Path) -> None:
    (sandboxed(tmp_path, workspace) / "pkg" / "a.py").write_text("changed")
    assert (workspace / "pkg" / "a.py").read_text() == "pkg/a.py"


def test_no_secret_and_no_dead_path_reaches_the_tests(tmp_path: Path, workspace: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    sandbox = make_sandbox(folder, workspace)
    environ = child_environment(
        {**LEFTOVERS, "LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo", "HTTPS_PROXY": "http://u:p@proxy"}, sandbox, path=("/v/bin",)
    )
    assert set(environ) == {"LC_ALL", "TZ", "LANG", "CI", "HOME", "TMPDIR", "PATH"}
    assert environ["HOME"].startswith(str(folder))
    assert environ["PATH"].startswith("/v/bin:/usr/local/sbin:")


def test_an_installer_gets_proxies_and_indexes_and_no_more(tmp_path: Path, workspace: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    network = {
        "https_proxy": "http://proxy",
        "UV_INDEX_URL": "https://i",
        "PIP_INDEX_URL": "https://i",
        "UV_INDEX_INNER_PASSWORD": "p",
        "SSL_CERT_FILE": "/c",
    }
    environ = installer_environment({**LEFTOVERS, **network}, make_sandbox(folder, workspace))
    assert {name: value for name, value in environ.items() if name in network} == network
    assert "secret" not in environ.values()


def run(program: str, tmp_path: Path, timeout: float = 30.0, on_line: Callable[[str], None] = lambda _: None, **options: bool) -> Finished:
    return ChildProcesses().run([sys.executable, "-c", program], environ={}, cwd=tmp_path, timeout=timeout, on_line=on_line, **options)


def test_output_arrives_line_by_line_and_bounded(tmp_path: Path) -> None:
    lines: list[str] = []
    program = (
        "import sys; print('a'); print('x' * 100_000); sys.stderr.write('err\\r\\n'); sys.stdout.buffer.write(b'\\xff end'); sys.exit(7)"
    )
    done = run("import os; " + program.replace("sys.stderr.write", "sys.stdout.flush(); sys.stderr.write"), tmp_path, on_line=lines.append)
    assert (done.code, done.timed_out) == (7, False)
    assert lines[0] == "a"
    assert len(lines[1]) == 2_000
    assert lines[2:] == ["err", "\ufffd end"]
    assert done.tail == tuple(lines)


def test_standard_output_can_be_thrown_away(tmp_path: Path) -> None:
    assert run("import sys; print('out'); print('err', file=sys.stderr)", tmp_path, only_errors=True).tail == ("err",)


def test_the_environment_is_exactly_what_was_given(tmp_path: Path) -> None:
    done = ChildProcesses().run(["/usr/bin/env"], environ={"A": "1"}, cwd=tmp_path, timeout=30, on_line=lambda _: None)
    assert done.tail == ("A=1",)


LEAVES_CHILDREN = """
import os, subprocess, sys, time
subprocess.Popen(["sleep", "987"])
subprocess.Popen(["sleep", "987"], preexec_fn=lambda: os.setpgid(0, 0))
print(os.getpid(), flush=True)
"""


def test_nothing_that_a_program_started_outlives_it(tmp_path: Path) -> None:
    started = time.monotonic()
    done = run(LEAVES_CHILDREN, tmp_path)
    assert not done.timed_out
    assert time.monotonic() - started < 20
    assert gone(int(done.tail[0]))


def test_a_program_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    done = run(LEAVES_CHILDREN + "time.sleep(987)", tmp_path, timeout=1.0)
    assert done.timed_out
    assert gone(int(done.tail[0]))


def test_a_program_that_closed_its_output_is_still_waited_for(tmp_path: Path) -> None:
    done = run("import os, sys, time; os.close(1); os.close(2); time.sleep(0.3); os._exit(5)", tmp_path)
    assert (done.code, done.timed_out) == (5, False)


BOT = """
import signal, sys
from pathlib import Path
from flakebot.processes import ChildProcesses
def stop(number, frame):
    raise KeyboardInterrupt
signal.signal(signal.SIGTERM, stop)
program = "import os, subprocess, time; subprocess.Popen(['sleep', '987']); print(os.getpid(), flush=True); time.sleep(987)"
ChildProcesses().run([sys.executable, "-c", program], environ={}, cwd=Path("."), timeout=600, on_line=lambda line: print(line, flush=True))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_bot_ends_what_it_started(tmp_path: Path, number: signal.Signals) -> None:
    bot = subprocess.Popen([sys.executable, "-c", BOT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=tmp_path)
    watchdog = threading.Timer(60, bot.kill)
    watchdog.start()
    assert bot.stdout is not None
    child = int(bot.stdout.readline())
    assert session_members(child)
    bot.send_signal(number)
    bot.stdout.read()
    bot.wait(60)
    watchdog.cancel()
    bot.stdout.close()
    assert gone(child)


def gone(session: int) -> bool:
    deadline = time.monotonic() + 10
    while session_members(session) and time.monotonic() < deadline:
        time.sleep(0.05)
    return session_members(session) == []


def test_credentials_that_an_action_leaves_in_the_workspace_are_not_copied(tmp_path: Path, workspace: Path) -> None:
    (workspace / "gha-creds-0123456789abcdef.json").write_text("{}")
    (workspace / "gha-creds.json").write_text("{}")
    assert files(sandboxed(tmp_path, workspace)) == ["gha-creds.json", "pkg/a.py"]


def test_a_path_that_is_too_long_for_the_copy_is_left_out(tmp_path: Path, workspace: Path) -> None:
    here = os.getcwd()
    try:
        os.chdir(workspace)
        for _ in range(20):  # longer than the system takes in one piece
            os.mkdir("x" * 250)
            os.chdir("x" * 250)
    finally:
        os.chdir(here)
    tree = sandboxed(tmp_path, workspace)
    assert (tree / "pkg" / "a.py").is_file()


def test_a_folder_with_endless_folders_in_it_is_removed_without_an_error(tmp_path: Path) -> None:
    here, folder = os.getcwd(), tmp_path / "deep"
    folder.mkdir()
    try:
        os.chdir(folder)
        for _ in range(1_500):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.chdir(here)
    remove(folder)
    subprocess.run(["rm", "-rf", str(folder)], check=True, timeout=60)
