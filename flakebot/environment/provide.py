"""Make the project's environment with uv, or take an interpreter that is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flakebot.environment.detect import InstallPlan
from flakebot.errors import EnvironmentBroken
from flakebot.processes import Finished, Processes

INSTALL_TIMEOUT_S = 1_200.0
SHOWN_LINES = 12
# The copy has no version control, from which many projects compute their version while they are built.
_VERSIONS = {"SETUPTOOLS_SCM_PRETEND_VERSION": "0.0.0", "UV_DYNAMIC_VERSIONING_BYPASS": "0.0.0", "PDM_BUILD_SCM_VERSION": "0.0.0"}
# Not imported, which takes longer than all the rest here: that it can be, the tracer sees anyway.
_CHECK = """\
import sys
from importlib.metadata import version
from importlib.util import find_spec
find_spec("pytest") or sys.exit("No module named 'pytest'")
print("python", sys.version.split()[0], "pytest", version("pytest"))
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that can import the project and pytest.

    Attributes:
        python: its executable.
        path: folders that belong before PATH when it is used.
    """

    python: Path
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Installer:
    """What `provide` works with.

    Attributes:
        processes: starts programs.
        uv: the program.
        environ: the environment of an installer, without secrets of the job.
        cache: folder that outlives the job where possible: wheels and interpreters.
        own: folder for files of ours, in which code of others cannot write.
        on_line: gets progress and the output of the installer.
    """

    processes: Processes
    uv: str
    environ: Mapping[str, str]
    cache: Path
    own: Path
    on_line: Callable[[str], None]

    def run(self, command: Sequence[str], cwd: Path, extra: Mapping[str, str]) -> None:
        """Run one step of the installation.

        Raises:
            EnvironmentBroken: with one message that ends in the last lines of its output.
        """
        places = {"UV_CACHE_DIR": str(self.cache / "uv"), "UV_PYTHON_INSTALL_DIR": str(self.cache / "python"), "UV_NO_PROGRESS": "1"}
        environ = {**self.environ, **_VERSIONS, **places, **extra}
        shown = _shown(command)
        self.on_line(f"$ {shown}")
        try:
            done = self.processes.run(command, environ=environ, cwd=cwd, timeout=INSTALL_TIMEOUT_S, on_line=self.on_line)
        except OSError as error:
            raise EnvironmentBroken(_not_started(shown, error)) from None
        if done.code or done.timed_out:
            raise EnvironmentBroken(_failure(shown, done))


def provide(request: str, plan: InstallPlan, project: Path, venv: Path, installer: Installer) -> Interpreter:
    """Make a virtual environment and install the project into it.

    Args:
        request: a Python as uv takes it, or the absolute path of an interpreter that has everything: then nothing is installed.
        plan: from `detect`.
        project: the project folder inside the sandbox.
        venv: where the environment is made.
        installer: how.

    Raises:
        EnvironmentBroken: if a step fails.
    """
    if Path(request).is_absolute():
        return _existing(Path(request), project, installer)
    python = venv / "bin" / "python"
    path = f"{python.parent}{os.pathsep}{installer.environ['PATH']}"
    active = {"VIRTUAL_ENV": str(venv), "UV_PROJECT_ENVIRONMENT": str(venv), "PATH": path}
    wanted = ("--python", request) if request else ()
    seed = ("--seed",) if plan.script else ()  # commands of the user may call pip
    installer.run((installer.uv, "venv", *wanted, *seed, str(venv)), project, {})
    if plan.script:
        installer.run(_shell(plan.script), project, active)
    for command in plan.commands[:-1]:
        installer.run((installer.uv, *command, *_same_python(command, wanted)), project, {**active, **_fixed(plan, installer.own)})
    installer.run((installer.uv, *plan.commands[-1]), project, active)
    installer.run((str(python), "-c", _CHECK), project, active)
    return Interpreter(python, (str(python.parent),))


def _same_python(command: Sequence[str], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Or else `sync` makes the environment anew with the Python that the project's files ask for."""
    return wanted if command[0] == "sync" else ()


def _fixed(plan: InstallPlan, folder: Path) -> dict[str, str]:
    if not plan.constraints:
        return {}
    file = folder / "constraints.txt"
    file.write_text("".join(f"{line}\n" for line in plan.constraints), encoding="utf-8")
    return {"UV_CONSTRAINT": str(file)}


def _shown(command: Sequence[str]) -> str:
    words = ["(the pytest of the environment)" if word == _CHECK else word for word in command]
    return " ".join([Path(words[0]).name, *words[1:]])


def _existing(python: Path, project: Path, installer: Installer) -> Interpreter:
    installer.run((str(python), "-c", _CHECK), project, {})
    return Interpreter(python, (str(python.parent),))


def _shell(script: str) -> tuple[str, ...]:
    bash = shutil.which("bash")
    return (bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", script) if bash else ("/bin/sh", "-e", "-c", script)


def _not_started(shown: str, error: OSError) -> str:
    hint = "; tests run as a user of their own, who must be able to read it" if isinstance(error, PermissionError) else ""
    return f"{shown}: cannot be started ({error.strerror or error}{hint})"


def _failure(shown: str, done: Finished) -> str:
    why = f"took more than {INSTALL_TIMEOUT_S:.0f} s" if done.timed_out else f"failed with exit code {done.code}"
    last = [line for line in done.tail if line.strip()][-SHOWN_LINES:]
    return "\n".join([f"the project's environment could not be made: {shown} {why}; its last lines:", *(f"  {line}" for line in last)])
