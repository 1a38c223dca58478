"""A program that starts itself anew: what it was given arrives, and whoever looks at the process does not see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flakebot.handover import NAME, receive

PROGRAM = """
import ctypes, json, os, sys
from flakebot.handover import NAME, hide_memory, receive, start_anew

if NAME not in os.environ:
    start_anew(os.environ, [sys.executable, *sys.orig_argv[1:]])
hide_memory()
seen = open("/proc/self/environ", "rb").read().decode(errors="replace")
number = int(os.environ[NAME])
given = receive(os.environ[NAME])
try:
    os.fstat(number)
    still_open = True
except OSError:
    still_open = False
print(json.dumps([given, seen, still_open, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), sys.argv[1:]]))
"""
needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at the process as Linux shows it")


@needs_proc
def test_the_environment_arrives_and_nobody_sees_it(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    secrets = {"INPUT_GITHUB-TOKEN": "hunter2hunter2", "ODD": "\udcff = \n\u20ac", "HTTPS_PROXY": "http://me:hunter2@proxy"}
    environ = {**os.environ, **secrets, "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, str(program), "an argument"], env=environ, capture_output=True, text=True, check=True)
    given, seen, still_open, dumpable, arguments = json.loads(done.stdout)
    assert given == {name: value for name, value in environ.items() if name != NAME}
    assert "hunter2" not in seen
    assert "PATH=" in seen
    assert not still_open
    assert dumpable == 0
    assert arguments == ["an argument"]


@pytest.mark.parametrize("value", ["", "x", "-1", "987654"])
def test_a_variable_that_somebody_else_set_is_refused(value: str) -> None:
    with pytest.raises((OSError, ValueError)):
        receive(value)
