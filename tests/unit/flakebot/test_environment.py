"""Which Python a project wants, how it is installed, and what is said when that fails."""

from __future__ import annotations

import sys
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from flakebot.environment import InstallPlan, detect, provide, python_request, read_project
from flakebot.environment.locked import specifier
from flakebot.environment.provide import Installer
from flakebot.errors import EnvironmentBroken
from flakebot.processes import ChildProcesses, Finished

PYTEST = ("pip", "install", "pytest>=7.4")
BUILD = '[build-system]\nrequires = ["hatchling"]\n'
PROJECT = '[project]\nname = "shop"\ndependencies = ["attrs"]\n'
EXTRAS = '[project.optional-dependencies]\ndocs = ["sphinx"]\ndev = ["ruff"]\ntest = ["hypothesis"]\n'
GROUPS = '[dependency-groups]\nlint = ["ruff"]\ntest = ["hypothesis"]\n'


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"uv.lock": "", "pyproject.toml": PROJECT}, ("sync", "--frozen")),
        (
            {"uv.lock": "", "pyproject.toml": PROJECT + EXTRAS + GROUPS},
            ("sync", "--frozen", "--extra", "test", "--extra", "dev", "--group", "test"),
        ),
        ({"pyproject.toml": BUILD + PROJECT}, ("pip", "install", "-e", ".")),
        ({"pyproject.toml": BUILD + PROJECT + EXTRAS}, ("pip", "install", "-e", ".[test,dev]")),
        ({"pyproject.toml": BUILD + PROJECT + GROUPS}, ("pip", "install", "-e", ".", "--group", "test")),
        ({"pyproject.toml": PROJECT}, ("pip", "install", "-r", "pyproject.toml")),
        ({"pyproject.toml": PROJECT + EXTRAS}, ("pip", "install", "-r", "pyproject.toml", "--extra", "test", "--extra", "dev")),
        ({"pyproject.toml": GROUPS}, ("pip", "install", "--group", "test")),
        ({"setup.py": ""}, ("pip", "install", "-e", ".")),
        ({"setup.cfg": "[options]\n"}, ("pip", "install", "-e", ".")),
        ({"requirements.txt": ""}, ("pip", "install", "-r", "requirements.txt")),
        (
            {"requirements.txt": "", "requirements-dev.txt": "", "requirements-docs.txt": "", "test-requirements.txt": "", "setup.py": ""},
            ("pip", "install", "-r", "requirements-dev.txt", "-r", "requirements.txt", "-r", "test-requirements.txt", "-e", "."),
        ),
        (
            {"requirements/base.txt": "", "requirements/test.txt": "", "requirements/prod.txt": ""},
            ("pip", "install", "-r", "requirements/base.txt", "-r", "requirements/test.txt"),
        ),
    ],
)
def test_a_project_is_installed_as_its_files_say(files: dict[str, str], command: tuple[str, ...]) -> None:
    plan = detect(files)
    assert plan.commands == (command, PYTEST)
    assert plan.reason


@pytest.mark.parametrize("files", [{}, {"setup.cfg": "[flake8]\n"}, {"pyproject.toml": "[tool.ruff]\n"}, {"pyproject.toml": "not [ toml"}])
def test_a_project_without_packaging_gets_pytest_alone(files: dict[str, str]) -> None:
    plan = detect(files)
    assert plan.commands == (PYTEST,)
    assert "input install" in plan.reason


def test_commands_of_the_user_beat_detection_and_pytest_comes_last() -> None:
    assert detect({"uv.lock": "", "pyproject.toml": PROJECT}, "make deps\npip install .") == InstallPlan(
        (PYTEST,), "input install", "make deps\npip install ."
    )


def test_hostile_names_of_extras_do_not_become_options() -> None:
    assert detect({"pyproject.toml": BUILD + '[project]\n[project.optional-dependencies]\n"test] --evil" = []\n'}).commands[0] == (
        "pip",
        "install",
        "-e",
        ".",
    )


@pytest.mark.parametrize(
    ("files", "asked", "job", "request_"),
    [
        ({}, "3.11", "/opt/hostedtoolcache/Python/3.12.7/x64", "3.11"),
        ({".python-version": "3.13"}, "", "/opt/hostedtoolcache/Python/3.12.7/x64", "3.12"),
        ({".python-version": "# which\n3.13.1\n3.12\n", "pyproject.toml": "[project]\nrequires-python = '>=3.10'\n"}, "", "", "3.13.1"),
        ({"pyproject.toml": "[project]\nrequires-python = '>=3.10, <3.13'\n"}, "", "", ">=3.10,<3.13"),
        ({".python-version": "$(reboot)"}, "", "", ""),
        ({"pyproject.toml": "[project]\nrequires-python = 3\n"}, "", "", ""),
        ({}, "", "", ""),
    ],
)
def test_the_wanted_python_is_asked_for(files: dict[str, str], asked: str, job: str, request_: str) -> None:
    found, why = python_request(files, asked=asked, job=job)
    assert found == request_
    assert why


def test_the_files_that_matter_are_read_and_locks_only_noted(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "uv.lock", "requirements/dev.txt", "requirements-dev.txt", "src/requirements.txt", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert read_project(tmp_path) == {
        "pyproject.toml": "pyproject.toml",
        "uv.lock": "",
        "requirements/dev.txt": "requirements/dev.txt",
        "requirements-dev.txt": "requirements-dev.txt",
    }


class Recorded:
    """Notes what would be run; the command that holds `fails` ends with exit code 1."""

    def __init__(self, fails: str = "") -> None:
        self.fails, self.ran = fails, []  # type: ignore[var-annotated]

    def run(
        self,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        cwd: Path,
        timeout: float,
        on_line: Callable[[str], None],
        only_errors: bool = False,
    ) -> Finished:
        self.ran.append((tuple(command), dict(environ)))
        bad = bool(self.fails) and any(self.fails in word for word in command)
        return Finished(int(bad), tuple(f"line {number}" for number in range(40)))


def installer(processes: object, tmp_path: Path, lines: list[str]) -> Installer:
    return Installer(
        processes=processes, uv="/bot/uv", environ={"PATH": "/bin"}, cache=tmp_path / "cache", own=tmp_path, on_line=lines.append
    )  # type: ignore[arg-type]


def test_the_plan_runs_in_an_environment_of_its_own(tmp_path: Path) -> None:
    processes, lines, venv = Recorded(), [], tmp_path / "venv"  # type: ignore[var-annotated]
    found = provide(
        ">=3.11", InstallPlan((("pip", "install", "-e", "."), PYTEST), ""), tmp_path, venv, installer(processes, tmp_path, lines)
    )
    commands = [command for command, _ in processes.ran]
    assert commands[0] == ("/bot/uv", "venv", "--python", ">=3.11", str(venv))
    assert commands[1] == ("/bot/uv", "pip", "install", "-e", ".")
    assert commands[2] == ("/bot/uv", *PYTEST)
    assert commands[3][0] == str(found.python) == str(venv / "bin" / "python")
    assert processes.ran[1][1]["VIRTUAL_ENV"] == processes.ran[1][1]["UV_PROJECT_ENVIRONMENT"] == str(venv)
    assert processes.ran[1][1]["PATH"] == f"{venv}/bin:/bin"
    assert lines[1] == "$ uv pip install -e ."


def test_a_failing_step_gives_one_message_with_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentBroken) as caught:
        provide("", InstallPlan((("pip", "install", "nope"),), ""), tmp_path, tmp_path / "venv", installer(Recorded("nope"), tmp_path, []))
    first, *last = str(caught.value).splitlines()
    assert first == "the project's environment could not be made: uv pip install nope failed with exit code 1; its last lines:"
    assert last == [f"  line {number}" for number in range(28, 40)]


def test_an_interpreter_that_is_there_is_taken_without_installing(tmp_path: Path) -> None:
    lines: list[str] = []
    found = provide(sys.executable, InstallPlan((PYTEST,), ""), tmp_path, tmp_path / "venv", installer(ChildProcesses(), tmp_path, lines))
    assert found.python == Path(sys.executable)
    assert not (tmp_path / "venv").exists()
    assert "pytest" in lines[-1]


def test_an_interpreter_without_pytest_is_refused(tmp_path: Path) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho no pytest here\nexit 1\n")
    fake.chmod(0o755)
    with pytest.raises(EnvironmentBroken, match=r"(?s)failed with exit code 1.*no pytest here"):
        provide(str(fake), InstallPlan((), ""), tmp_path, tmp_path / "venv", installer(ChildProcesses(), tmp_path, []))


def test_a_bare_interpreter_is_told_by_the_name_of_what_is_missing(tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    python = tmp_path / "bare" / "bin" / "python"
    with pytest.raises(EnvironmentBroken, match="No module named 'pytest'"):
        provide(str(python), InstallPlan((), ""), tmp_path, tmp_path / "venv", installer(ChildProcesses(), tmp_path, []))


# Makes an environment whose Python does nothing.
PRETENDED_UV = """#!/bin/sh
for last; do :; done
if [ "$1" = venv ]; then
    mkdir -p "$last/bin"
    printf '#!/bin/sh\\nexit 0\\n' >"$last/bin/python"
    chmod +x "$last/bin/python"
fi
"""


def test_the_users_commands_run_in_the_environment_and_stop_at_the_first_failure(tmp_path: Path) -> None:
    uv = tmp_path / "uv"
    uv.write_text(PRETENDED_UV)
    uv.chmod(0o755)
    lines: list[str] = []
    tools = Installer(
        processes=ChildProcesses(), uv=str(uv), environ={"PATH": "/usr/bin:/bin"}, cache=tmp_path, own=tmp_path, on_line=lines.append
    )
    provide("", detect({}, "echo at $VIRTUAL_ENV\necho two"), tmp_path, tmp_path / "v1", tools)
    assert f"at {tmp_path}/v1" in lines
    assert "two" in lines
    with pytest.raises(EnvironmentBroken, match="failed with exit code 3"):
        provide("", detect({}, "(exit 3)\necho never"), tmp_path, tmp_path / "v2", tools)
    assert "never" not in lines


POETRY = """
[tool.poetry]
name = "shop"
[tool.poetry.dependencies]
python = "^3.11"
requests = "^2.31"
[tool.poetry.extras]
testing = ["hypothesis"]
[tool.poetry.group.dev.dependencies]
attrs = "~24.1"
local = { path = "libs/local", develop = true }
theirs = { git = "https://example.org/theirs.git", tag = "v1" }
docs-tool = { version = "*", optional = true }
evil = "1.0; --index-url http://evil"
[tool.poetry.group.docs]
optional = true
[tool.poetry.group.docs.dependencies]
sphinx = "*"
[tool.poetry.group.test]
optional = true
[tool.poetry.group.test.dependencies]
hypothesis = { version = ">=6,<7", extras = ["numpy"] }
"""
LOCK = """
[[package]]
name = "Attrs"
version = "24.1.0"

[[package]]
name = "theirs"
version = "1.0"
[package.source]
type = "git"

[[package]]
name = "numpy"
version = "1.26.0"

[[package]]
name = "numpy"
version = "2.1.0"

[[package]]
name = "bad"
version = "1 --evil"
"""


def test_a_project_of_poetry_is_installed_at_the_versions_of_its_lock() -> None:
    plan = detect({"pyproject.toml": BUILD + POETRY, "poetry.lock": LOCK})
    assert plan.commands[0] == (
        "pip", "install", "-e", ".[testing]", "attrs>=24.1,<24.2", "-e", "./libs/local", "theirs @ git+https://example.org/theirs.git@v1",
        "evil", "hypothesis[numpy]>=6,<7",
    )  # fmt: skip
    assert plan.constraints == ("attrs==24.1.0",)
    assert plan.reason == "tool.poetry of pyproject.toml, at the versions of poetry.lock"


def test_a_project_of_poetry_that_is_no_package_gets_what_it_depends_on() -> None:
    plan = detect({"pyproject.toml": POETRY})
    assert plan.commands[0][:3] == ("pip", "install", "requests>=2.31,<3")
    assert plan.reason == "tool.poetry of pyproject.toml"


@pytest.mark.parametrize(
    ("version", "pip"),
    [
        ("^1.2.3", ">=1.2.3,<2"), ("^0.3", ">=0.3,<0.4"), ("~1.2", ">=1.2,<1.3"), ("~2", ">=2,<3"), ("1.2.*", "==1.2.*"), ("2.0", "==2.0"),
        ("*", ""), (">=1, <2", ">=1,<2"), ("<1 || >2", ""), (3, ""), ("1; os_name", ""),
    ],
)  # fmt: skip
def test_poetrys_constraints_become_those_of_pip(version: object, pip: str) -> None:
    assert specifier(version) == pip


def test_a_project_of_pdm_is_installed_at_the_versions_of_its_lock() -> None:
    content = BUILD + PROJECT + EXTRAS + '[tool.pdm.dev-dependencies]\nlint = ["ruff"]\ntest = ["hypothesis>=6", "-e evil", 3]\n'
    plan = detect({"pyproject.toml": content, "pdm.lock": LOCK})
    assert plan.commands[0] == ("pip", "install", "-e", ".[test,dev]", "hypothesis>=6")
    assert plan.constraints == ("attrs==24.1.0",)


def test_what_a_test_file_declares_in_itself_is_installed_too() -> None:
    script = '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "attrs<26",\n#   "--evil",\n# ]\n# ///\nimport attrs\n'
    plan = detect({"requirements.txt": ""}, scripts=[script, "import os\n", "# /// script\n# not [ toml\n# ///\n"])
    assert plan.commands == (("pip", "install", "-r", "requirements.txt"), (*PYTEST, "attrs<26"))
    assert plan.reason == "requirements.txt, and what the tests' files declare themselves"


TOX = """[tox]
env_list = py
[testenv]
deps =
  pytest>=8
  -r{toxinidir}/ci/reqs.txt
  -r../../etc/x
  py39: old
  {[base]deps}
  --evil
"""


def test_tox_says_what_tests_need_where_nothing_else_does() -> None:
    assert detect({"tox.ini": TOX, "setup.py": ""}).commands[0] == ("pip", "install", "-e", ".", "-r", "ci/reqs.txt", "pytest>=8")
    assert detect({"tox.ini": TOX, "pyproject.toml": BUILD + PROJECT + EXTRAS}).commands[0] == ("pip", "install", "-e", ".[test,dev]")
    assert detect({"tox.ini": "[testenv\nbroken"}).commands == (PYTEST,)


def test_a_noxfile_is_a_hint_for_people() -> None:
    assert "noxfile.py is not read" in detect({"noxfile.py": ""}).reason


def test_extras_of_setup_cfg_count() -> None:
    setup = "[options]\npackages = find:\n[options.extras_require]\ntesting = hypothesis\n"
    assert detect({"setup.cfg": setup}).commands[0] == ("pip", "install", "-e", ".[testing]")


def test_all_packages_of_a_workspace_are_installed() -> None:
    content = PROJECT + '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    assert detect({"uv.lock": "", "pyproject.toml": content}).commands[0] == ("sync", "--frozen", "--all-packages")


@pytest.mark.parametrize(
    ("files", "job", "request_"),
    [
        ({}, "/opt/hostedtoolcache/PyPy/3.10.14/x64", "pypy3.10"),
        ({"setup.cfg": "[options]\npython_requires = >=3.10\n"}, "", ">=3.10"),
        ({"pyproject.toml": POETRY}, "", ">=3.11,<4"),
        ({"pyproject.toml": "[tool.poetry.dependencies]\npython = 'evil --x'\n"}, "", ""),
    ],
)
def test_the_wanted_python_is_found_where_older_tools_note_it(files: dict[str, str], job: str, request_: str) -> None:
    assert python_request(files, job=job)[0] == request_


def test_locked_versions_hold_for_the_project_and_not_for_our_pytest(tmp_path: Path) -> None:
    processes = Recorded()
    plan = InstallPlan((("pip", "install", "-e", "."), PYTEST), "", constraints=("attrs==24.1.0", "pytest==7.0"))
    provide("3.12", plan, tmp_path, tmp_path / "venv", installer(processes, tmp_path, []))
    (_, ours, pytests, _) = processes.ran
    assert Path(ours[1]["UV_CONSTRAINT"]).read_text() == "attrs==24.1.0\npytest==7.0\n"
    assert "UV_CONSTRAINT" not in pytests[1]


def test_a_sync_keeps_the_python_that_was_asked_for(tmp_path: Path) -> None:
    processes = Recorded()
    plan = InstallPlan((("sync", "--frozen"), PYTEST), "")
    provide("3.12", plan, tmp_path, tmp_path / "venv", installer(processes, tmp_path, []))
    assert processes.ran[1][0] == ("/bot/uv", "sync", "--frozen", "--python", "3.12")
