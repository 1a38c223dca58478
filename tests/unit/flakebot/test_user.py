"""Code of others runs as somebody else: what it tries to reach, and what is left of it. Needs root, as the action has it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flakebot.errors import EnvironmentBroken
from flakebot.processes import ChildProcesses, Finished
from flakebot.sandbox import closed, give_to_user, make_sandbox, open_untrusted
from flakebot.user import User, processes_of, separate_user

PYTHON = Path("/usr/bin/python3")  # one that another user can read; that of the tests may lie in root's home
needs_root = pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0 or not PYTHON.exists(), reason="only root starts programs as another user"
)


@pytest.fixture
def user() -> User:
    found = separate_user()
    assert found is not None
    return found


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody can reach: those of pytest are closed already."""
    folder = Path(tempfile.mkdtemp(prefix="flakebot-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def attack(user: User, place: Path) -> Callable[..., Any]:
    """Runs a program as the other user and returns what it printed as JSON."""

    def run(program: str, *arguments: str) -> Any:
        done = started(user, place, program, *arguments)
        assert done.code == 0, done.tail
        return json.loads(done.tail[-1])

    return run


def started(user: User | None, cwd: Path, program: str, *arguments: str, on_line: Callable[[str], None] = lambda line: None) -> Finished:
    command = [str(PYTHON), "-c", "import json, os, sys, time\n" + textwrap.dedent(program), *arguments]
    return ChildProcesses(user).run(command, environ={"PATH": "/usr/bin:/bin"}, cwd=cwd, timeout=30, on_line=on_line)


TRIES = """
def tried(act):
    try:
        return repr(act())
    except OSError as error:
        return type(error).__name__
"""


def test_where_we_are_not_root_there_is_no_other_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert separate_user() is None


@needs_root
def test_it_has_an_id_of_its_own_one_group_and_no_way_to_more_rights(attack: Callable[..., Any], user: User) -> None:
    told = attack("""
        status = dict(line.rstrip("\\n").split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
        print(json.dumps([os.getresuid(), os.getresgid(), os.getgroups(), status["NoNewPrivs"], status["CapEff"], status["CapPrm"]]))
    """)
    assert told == [[user.uid] * 3, [user.gid] * 3, [], "1", "0" * 16, "0" * 16]


@needs_root
def test_a_program_with_the_set_user_id_bit_gives_no_rights_back(attack: Callable[..., Any], place: Path, user: User) -> None:
    copy = place / "id"
    shutil.copy("/usr/bin/id", copy)
    copy.chmod(0o4755)
    assert (
        attack("import subprocess; print(subprocess.run([sys.argv[1], '-u'], capture_output=True, text=True).stdout, end='')", str(copy))
        == user.uid
    )


@needs_root
def test_the_processes_above_show_neither_environment_nor_memory_nor_files(attack: Callable[..., Any], monkeypatch: Any) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "hunter2hunter2")
    told = attack(
        TRIES
        + """
seen, pid = {}, os.getppid()
while pid > 0:
    for name in ("environ", "mem", "maps", "fd", "cwd", "root"):
        path = f"/proc/{pid}/{name}"
        act = {"fd": lambda: os.listdir(path), "cwd": lambda: os.listdir(path), "root": lambda: os.listdir(path)}
        seen[path] = tried(act.get(name, lambda: open(path, "rb").read(1)))
    pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
print(json.dumps(seen))
"""
    )
    assert f"/proc/{os.getpid()}/environ" in told
    assert set(told.values()) == {"PermissionError"}


@needs_root
def test_a_socket_for_a_group_of_root_such_as_dockers_is_closed(attack: Callable[..., Any], place: Path) -> None:
    path = place / "docker.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        os.chown(path, 0, 999)
        path.chmod(0o660)
        told = attack(
            TRIES + "import socket\nprint(json.dumps(tried(lambda: socket.socket(socket.AF_UNIX).connect(sys.argv[1]))))", str(path)
        )
    assert told == "PermissionError"


@needs_root
def test_folders_of_the_runner_are_closed_and_opened_again(attack: Callable[..., Any], place: Path) -> None:
    for name in ("workspace/.git/config", "home/.netrc", "home/.cache/other/key", "home/.cache/flakebot/uv/wheel", "workflow/event.json"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("token")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in place.rglob("*")}
    with closed([place / name for name in ("workspace", "home", "workflow", "missing")], place / "home/.cache/flakebot"):
        told = attack(
            TRIES + "print(json.dumps({one: tried(lambda: open(one).read()) for one in sys.argv[1:]}))",
            *(str(path) for path in modes if path.is_file()),
        )
    assert {path.partition(f"{place}/")[2]: found for path, found in told.items()} == {
        "workspace/.git/config": "PermissionError",
        "home/.netrc": "PermissionError",
        "home/.cache/other/key": "PermissionError",
        "home/.cache/flakebot/uv/wheel": "'token'",
        "workflow/event.json": "PermissionError",
    }
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in place.rglob("*")} == modes


HIDES = """
    import ctypes
    for number in range(3):  # daemons that no session and no parent leads to
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.setpgid(0, 0)
                if number:
                    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # /proc shows it as root's
                os.close(1); os.close(2)
                while True:
                    time.sleep(0.01)
            os._exit(0)
    print("ready", flush=True)
"""


@needs_root
def test_nothing_of_it_is_left_when_it_has_ended(user: User, place: Path) -> None:
    assert started(user, place, HIDES).tail == ("ready",)
    assert processes_of(user.uid) == []


@needs_root
def test_what_starts_new_processes_all_the_time_is_ended_too(user: User, place: Path) -> None:
    bomb = """
    if os.fork() == 0:
        os.setsid()
        os.close(1); os.close(2)
        while True:  # each lives for a moment: whoever kills one after the other comes too late
            if os.fork():
                os._exit(0)
    """
    started(user, place, bomb)
    before = _all_of(user.uid)
    time.sleep(0.2)
    assert _all_of(user.uid) <= before


def _all_of(uid: int) -> set[int]:
    """List the processes of a user, dead ones too: of those that live for a moment no other is ever seen."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"\nUid:\t{uid}\t" in (folder / "status").read_text(encoding="utf-8", errors="replace"):
                found.add(int(folder.name))
    return found


STRAYS = """
import sys
from pathlib import Path
from flakebot.processes import ChildProcesses, adopt_orphans
adopt_orphans()
ChildProcesses().run([sys.executable, "-c", sys.argv[1]], environ={}, cwd=Path("."), timeout=30, on_line=print)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux adopts orphans")
def test_daemons_of_our_own_user_are_ended_as_well(tmp_path: Path) -> None:
    mark = f"stray-{os.getpid()}-{time.monotonic_ns()}"
    daemon = f"import os, subprocess; subprocess.Popen(['sh', '-c', 'sleep 987; : {mark}'], start_new_session=True)"
    subprocess.run([sys.executable, "-c", STRAYS, daemon], cwd=Path(__file__).parents[3], check=True, timeout=60)
    assert [one for one in Path("/proc").glob("[0-9]*/cmdline") if mark in read(one)] == []


def read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


@needs_root
def test_the_copy_belongs_to_it_and_what_is_around_the_copy_does_not(attack: Callable[..., Any], place: Path, user: User) -> None:
    (place / "shop").mkdir()
    (place / "shop" / "a.py").write_text("secret = 1\n")
    (place / "work").mkdir(mode=0o700)
    sandbox = make_sandbox(place / "work", place / "shop", user)
    told = attack(
        TRIES + """
tree, work = sys.argv[1:]
print(json.dumps([
    tried(lambda: open(tree + "/new.py", "w").write("x")),
    tried(lambda: open(tree + "/a.py", "a").write("x")),
    tried(lambda: os.rename(work + "/out", work + "/other")),
    tried(lambda: os.symlink("/etc", work + "/link")),
    tried(lambda: os.listdir(work)),
]))
""", str(sandbox.tree), str(place / "work"),
    )  # fmt: skip
    assert told == ["1", "1", "PermissionError", "PermissionError", "PermissionError"]
    assert {path.stat().st_uid for path in sandbox.tree.rglob("*")} == {user.uid}


@needs_root
def test_giving_files_away_does_not_follow_links(place: Path, user: User) -> None:
    (place / "precious").write_text("x")
    (place / "given").mkdir()
    (place / "given" / "link").symlink_to(place / "precious")
    (place / "given" / "folder").symlink_to(place)
    give_to_user(place / "given", user)
    assert (place / "precious").stat().st_uid == place.stat().st_uid == os.geteuid()
    assert (place / "given" / "link").lstat().st_uid == user.uid


@pytest.mark.parametrize("evil", ["link", "pipe", "folder", "nothing"])
def test_a_result_that_is_no_ordinary_file_is_not_opened(tmp_path: Path, evil: str) -> None:
    path = tmp_path / "report.json"
    make: dict[str, Callable[[], object]] = {
        "link": lambda: path.symlink_to("/etc/passwd"),
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "nothing": lambda: None,
    }
    make[evil]()
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the evil
        open_untrusted(path)


@needs_root
def test_processes_that_cannot_be_ended_stop_the_program(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flakebot.user.processes_of", lambda uid: [1])
    monkeypatch.setattr("flakebot.user._END_S", 0.0)
    from flakebot.user import end_everything

    with pytest.raises(EnvironmentBroken, match="nothing is published while they run"):
        end_everything(user)
