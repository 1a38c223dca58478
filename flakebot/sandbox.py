"""Where untrusted code runs: a copy of the tree and an environment without secrets."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flakebot.user import User

# Names that may reach the code under test. Everything else stays out: INPUT_*, GITHUB_*, ACTIONS_*, RUNNER_*, and what
# setup-python leaves behind, which points at folders that do not exist in the container.
_ALLOWED = frozenset({
    "CI", "LANG", "LANGUAGE", "TZ", "TERM", "NO_COLOR", "COLUMNS", "SOURCE_DATE_EPOCH",
    "PYTHONHASHSEED", "PYTHONUTF8", "PYTHONIOENCODING", "PYTHONWARNINGS", "PYTHONDEVMODE", "PYTHONASYNCIODEBUG",
    "DJANGO_SETTINGS_MODULE", "DJANGO_CONFIGURATION", "HYPOTHESIS_PROFILE",
})  # fmt: skip
# What an installer needs on top. Proxies and indexes may hold passwords, so tests do not get them.
_INSTALL_ONLY = re.compile(
    r"(?:https?|no|all)_proxy|ssl_cert_(?:file|dir)|requests_ca_bundle|curl_ca_bundle"
    r"|pip_(?:index_url|extra_index_url|find_links|cert|trusted_host|constraint|no_index)"
    r"|uv_(?:index|default_index|index_url|extra_index_url|find_links|constraint|no_index|offline|native_tls|system_certs|python_install_mirror)"
    r"|uv_index_\w+_(?:username|password)",
    re.IGNORECASE,
)
_LONGEST = 3_800  # the system takes 4096 bytes, and a name of 255 must still fit
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SECRET_FILES = re.compile(r"gha-creds-[0-9a-f]+\.json")  # google-github-actions/auth leaves it in the workspace
# .git holds the token that actions/checkout leaves in its configuration.
_LEFT_OUT = frozenset({".git", "__pycache__", ".tox", ".nox", "node_modules", ".mypy_cache", ".ruff_cache"})


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A working area outside of the repository.

    Attributes:
        folder: holds everything below; deleted at the end by whoever made it.
        tree: copy of the workspace, of the same name.
        home: empty HOME of the code under test.
        scratch: its TMPDIR.
        output: where its results are written.
        venv: where the project's environment is made.
    """

    folder: Path
    tree: Path
    home: Path
    scratch: Path
    output: Path
    venv: Path


def make_sandbox(folder: Path, workspace: Path, user: User | None = None, without: Path | None = None) -> Sandbox:
    """Copy a workspace into a folder and make the other places beside it.

    Args:
        folder: an existing, empty folder outside of the workspace.
        workspace: the repository as it was checked out.
        user: who will own all of it, None for our own user. The folder itself stays ours: nothing in it can be replaced.
        without: a folder of the workspace that is not copied.
    """
    sandbox = Sandbox(folder, folder / "tree" / workspace.name, folder / "home", folder / "tmp", folder / "out", folder / "venv")
    own = (sandbox.home, sandbox.scratch, sandbox.output, sandbox.venv)
    for place in own:
        place.mkdir()
    copy_tree(workspace, sandbox.tree, without)
    if user:
        folder.chmod(0o711)
        for place in (*own, sandbox.tree.parent):
            give_to_user(place, user)
    return sandbox


def copy_tree(source: Path, target: Path, without: Path | None = None) -> None:
    """Copy a tree without version control, caches and virtual environments.

    Symbolic links stay links if they lead to a place inside the tree, and are left out otherwise; pipes, sockets and
    devices are left out. What cannot be read is left out as well: the tests will say if they need it.
    """
    real = source.resolve()
    for parent, folders, files in os.walk(source, followlinks=False):
        here = Path(parent)
        there = target / here.relative_to(source)
        if max(len(os.fsencode(here)), len(os.fsencode(there))) > _LONGEST:
            folders.clear()
            continue
        there.mkdir(parents=True, exist_ok=True)
        for name in [*files, *(one for one in folders if (here / one).is_symlink())]:
            _copy_entry(here / name, there / name, real)
        folders[:] = [name for name in folders if here / name != without and not _is_left_out(here / name)]


def give_to_owner(folder: Path, workspace: Path) -> None:
    """Give a folder with all that is in it to whoever owns the workspace, if we are root.

    Files of root would be in the way of later steps, and of the cleaning that a runner does as its own user.
    """
    owner = workspace.stat()
    if os.geteuid() == 0:
        give_to_user(folder, User(owner.st_uid, owner.st_gid))


def give_to_user(folder: Path, user: User) -> None:
    """Give a folder with all that is in it to a user. Links are given away themselves, never what they lead to."""
    for parent, folders, files in os.walk(folder):
        for path in (parent, *(os.path.join(parent, name) for name in (*folders, *files))):
            with suppress(OSError):  # code of others may have made paths that are longer than the system takes
                os.chown(path, user.uid, user.gid, follow_symlinks=False)


@contextmanager
def closed(folders: Iterable[Path], keep: Path) -> Iterator[None]:
    """Close folders to everybody but their owner and group while code of another user runs.

    The workspace holds the token that actions/checkout left in .git/config, the home folder what other actions left there.

    Args:
        folders: to be closed; missing ones are passed over.
        keep: a folder that stays open; if it lies in one of those, only what is beside the way to it is closed.
    """
    before: list[tuple[Path, int]] = []
    try:
        for folder in folders:
            for path, bits in _to_close(folder.resolve(), keep.resolve()):
                _close(path, bits, before)
        yield
    finally:
        for path, mode in reversed(before):
            with suppress(OSError):
                path.chmod(mode)


def open_untrusted(path: Path) -> int:
    """Open a file that code of others may have put there: an ordinary file, and no link out of what they can write.

    Returns:
        A file descriptor for reading; opening a pipe would wait for its other end.

    Raises:
        OSError: if there is no such file.
    """
    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(errno.EINVAL, "not an ordinary file")
    return number


def remove(folder: Path) -> None:
    """Delete a folder in which code of others could write, as far as it can be deleted."""
    with suppress(RecursionError):  # folders in folders in folders; the container goes away with them
        shutil.rmtree(folder, ignore_errors=True)


def child_environment(environ: Mapping[str, str], sandbox: Sandbox, *, path: Sequence[str] = ()) -> dict[str, str]:
    """Return the environment of code under test: allowed names, and places of its own.

    Args:
        environ: ours.
        sandbox: gives HOME and TMPDIR.
        path: folders to put before the system's PATH.
    """
    kept = {name: value for name, value in environ.items() if name in _ALLOWED or name.startswith("LC_")}
    places = {"HOME": str(sandbox.home), "TMPDIR": str(sandbox.scratch), "PATH": os.pathsep.join([*path, _SYSTEM_PATH])}
    return {"LANG": "C.UTF-8", "CI": "true", **kept, **places}


def installer_environment(environ: Mapping[str, str], sandbox: Sandbox, *, path: Sequence[str] = ()) -> dict[str, str]:
    """Return the environment of an installer: that of the code under test, with proxies and package indexes."""
    return {**child_environment(environ, sandbox, path=path), **network_settings(environ)}


def network_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that say how the network and package indexes are reached; they may hold passwords."""
    return {name: value for name, value in environ.items() if _INSTALL_ONLY.fullmatch(name)}


def _to_close(folder: Path, keep: Path) -> Iterator[tuple[Path, int]]:
    """Yield what to close, and which rights to take from everybody else."""
    if not folder.is_dir() or folder == keep or folder.is_relative_to(keep):
        return
    if not keep.is_relative_to(folder):
        yield folder, stat.S_IRWXO
        return
    for entry in sorted(folder.iterdir()):
        if not entry.is_symlink() and not keep.is_relative_to(entry):
            yield entry, stat.S_IRWXO
    yield folder, stat.S_IROTH | stat.S_IWOTH  # may be walked through, not looked at
    yield from _to_close(folder / keep.relative_to(folder).parts[0], keep)


def _close(path: Path, bits: int, before: list[tuple[Path, int]]) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits:
        path.chmod(mode & ~bits)
        before.append((path, mode))


def _is_left_out(folder: Path) -> bool:
    return folder.is_symlink() or folder.name in _LEFT_OUT or (folder / "pyvenv.cfg").is_file()


def _copy_entry(entry: Path, copy: Path, real: Path) -> None:
    try:
        if entry.is_symlink():
            _copy_link(entry, copy, real)
        elif entry.is_file() and not _SECRET_FILES.fullmatch(entry.name):
            shutil.copy2(entry, copy, follow_symlinks=False)
    except OSError:
        copy.unlink(missing_ok=True)


def _copy_link(link: Path, copy: Path, real: Path) -> None:
    end = Path(os.path.realpath(link))
    if end.is_relative_to(real) and not any(part in _LEFT_OUT for part in end.relative_to(real).parts):
        # Relative, or else it would lead from the copy back into the original.
        at = Path(os.path.realpath(link.parent))
        copy.symlink_to(os.path.relpath(end, at))
