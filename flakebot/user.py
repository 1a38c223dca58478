"""The user that code of others runs as: one that owns nothing, is in no group, and of whom no process is left.

Code that runs as our own user can do whatever we can: read our memory and files, speak to the socket of Docker, end us. As
another user it cannot. Only root can start programs as somebody else; where we are not root, nothing here is used.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import resource
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from flakebot.errors import EnvironmentBroken

NAME = "flaketest"  # the image has such a user, so that programs that ask for their name find one
_FIRST_UID, _UIDS = 40_000, 10_000
_PR_SET_NO_NEW_PRIVS = 38
_LIMITS = (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NPROC, 8_192),  # of this user alone
    (resource.RLIMIT_FSIZE, 8 * 1024**3),
)
_END_S = 10.0


@dataclass(frozen=True, slots=True)
class User:
    """A user with a group of its own; it need not have a name."""

    uid: int
    gid: int


def separate_user() -> User | None:
    """Return a user that nobody else has, None if we are not root and cannot start anything as somebody else."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        named = pwd.getpwnam(NAME)
        if named.pw_uid and not processes_of(named.pw_uid):
            return User(named.pw_uid, named.pw_gid)
    # Our own id is unique among the programs that run now, so two of us never choose the same.
    start = os.getpid() % _UIDS
    for offset in range(_UIDS):
        uid = _FIRST_UID + (start + offset) % _UIDS
        if not _has_name(uid) and not processes_of(uid):
            return User(uid, uid)
    raise EnvironmentBroken("no user is free to run the tests as")


def confine() -> None:
    """Take away what a program of the separate user must not have; called in the new process, before it starts its program."""
    if _LIBRARY is not None:
        # No program with the set-user-id bit gives rights back.
        _LIBRARY.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for kind, most in _LIMITS:
        hard = resource.getrlimit(kind)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (limit, limit))


def processes_of(uid: int) -> list[int]:
    """List the processes that run as a user, dead ones left out; empty where there is no /proc."""
    with suppress(OSError):
        return [int(name) for name in os.listdir("/proc") if name.isdecimal() and _runs_as(int(name), uid)]
    return []


def end_everything(user: User) -> None:
    """End every process of a user, wherever it hides: sessions and groups of its own do not help it.

    Raises:
        EnvironmentBroken: if there still is one after some seconds.
    """
    deadline = time.monotonic() + _END_S
    # Before anybody looks: of a process that only starts the next one, and is gone, hardly ever one is seen alive.
    _kill_all(user)
    while processes_of(user.uid):
        if time.monotonic() > deadline:
            raise EnvironmentBroken("processes that the tests left behind cannot be ended; nothing is published while they run")
        time.sleep(0.01)
        _kill_all(user)


def _kill_all(user: User) -> None:
    """Kill all at once: one after the other, they could start new ones faster."""
    child = os.fork()
    if child == 0:
        try:
            # May signal them (effective user) but not be signalled, stopped or traced by them (real and saved user).
            other = user.uid + _UIDS
            os.setgroups([])
            os.setresgid(other, other, other)
            os.setresuid(other, user.uid, other)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def _runs_as(pid: int, uid: int) -> bool:
    # Not the owner of /proc/<pid>: a process that may not be dumped belongs to root there.
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            fields = dict(line.rstrip("\n").split(":\t", 1) for line in file if line.startswith(("State:", "Uid:")))
        return fields["State"][:1] not in "ZX" and str(uid) in fields["Uid"].split()
    except (OSError, KeyError, ValueError):
        return False


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None
