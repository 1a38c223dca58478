"""Where untrusted code runs: a copy of the tree and an environment without secrets."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
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
    """

    folder: Path
    tree: Path
    home: Path
    scratch: Path


def make_sandbox(folder: Path, workspace: Path) -> Sandbox:
    """Copy a workspace into a folder and make the other places beside it.

    Args:
        folder: an existing, empty folder outside of the workspace.
        workspace: the repository as it was checked out.
    """
    sandbox = Sandbox(folder, folder / "tree" / workspace.name, folder / "home", folder / "tmp")
    sandbox.home.mkdir()
    sandbox.scratch.mkdir()
    copy_tree(workspace, sandbox.tree)
    return sandbox


def copy_tree(source: Path, target: Path) -> None:
    """Copy a tree without version control, caches and virtual environments.

    Symbolic links stay links if they lead to a place inside the tree, and are left out otherwise; pipes, sockets and
    devices are left out. What cannot be read is left out as well: the tests will say if they need it.
    """
    real = source.resolve()
    for parent, folders, files in os.walk(source, followlinks=False):
        here = Path(parent)
        there = target / here.relative_to(source)
        there.mkdir(parents=True, exist_ok=True)
        for name in [*files, *(one for one in folders if (here / one).is_symlink())]:
            _copy_entry(here / name, there / name, real)
        folders[:] = [name for name in folders if not _is_left_out(here / name)]


def give_to_owner(folder: Path, workspace: Path) -> None:
    """Give a folder with all that is in it to whoever owns the workspace, if we are root and the owner is not.

    Files of root would be in the way of later steps, and of the cleaning that a runner does as its own user.
    """
    owner = workspace.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for parent, folders, files in os.walk(folder):
        for path in (parent, *(os.path.join(parent, name) for name in (*folders, *files))):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


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


def _is_left_out(folder: Path) -> bool:
    return folder.is_symlink() or folder.name in _LEFT_OUT or (folder / "pyvenv.cfg").is_file()


def _copy_entry(entry: Path, copy: Path, real: Path) -> None:
    try:
        if entry.is_symlink():
            _copy_link(entry, copy, real)
        elif entry.is_file():
            shutil.copy2(entry, copy, follow_symlinks=False)
    except OSError:
        copy.unlink(missing_ok=True)


def _copy_link(link: Path, copy: Path, real: Path) -> None:
    end = Path(os.path.realpath(link))
    if end.is_relative_to(real) and not any(part in _LEFT_OUT for part in end.relative_to(real).parts):
        # Relative, or else it would lead from the copy back into the original.
        at = Path(os.path.realpath(link.parent))
        copy.symlink_to(os.path.relpath(end, at))
