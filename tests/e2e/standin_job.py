"""A job of a project that a test writes, with everything that a runner gives, against the stand-in for GitHub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from flakebot.standin import StandIn

RUN = [sys.executable, "-m", "flakebot", "run", "--same-user"]


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a project; returns its folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run_job(github: StandIn, project: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's program in a workspace; the job summary is `summary.md` beside it."""
    runner = project.parent
    (runner / "home").mkdir(exist_ok=True)
    (runner / "event.json").write_text(json.dumps(github.event()))
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(runner / "home"),
        "NO_PROXY": "127.0.0.1",
        **github.environment(),
        "GITHUB_WORKSPACE": str(project),
        "GITHUB_EVENT_PATH": str(runner / "event.json"),
        "GITHUB_STEP_SUMMARY": str(runner / "summary.md"),
        "INPUT_JUNIT": "junit.xml",
        "INPUT_GITHUB-TOKEN": github.project.token,
        "INPUT_PYTHON-VERSION": sys.executable,
        **{f"INPUT_{name.upper().replace('_', '-')}": value for name, value in inputs.items()},
    }
    done = subprocess.run(RUN, env=environ, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done
