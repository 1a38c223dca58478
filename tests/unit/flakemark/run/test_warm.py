"""What is done once before the forks: it is there, and nothing of the project is touched for it."""

from __future__ import annotations

import importlib.util
import inspect
import json
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from flakemark.run.warm import warm_up


def in_a_process_of_its_own(source: str) -> str:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_files_of_modules_are_known_before_a_failure_is_printed() -> None:
    known = in_a_process_of_its_own("""
        import inspect, json
        from flakemark.run.warm import warm_up
        warm_up()
        print(inspect._filesbymodname["json"] == json.__file__, inspect.modulesbyfile[inspect.getabsfile(json)])
    """)
    assert known == "True json"


def test_a_module_is_found_as_before(tmp_path: Path) -> None:
    code = compile("def helper(): pass", json.__file__, "exec")
    before = inspect.getmodule(code)
    warm_up()
    assert inspect.getmodule(code) is before is json
    unknown = compile("def helper(): pass", str(tmp_path / "none.py"), "exec")
    assert inspect.getmodule(unknown) is None


def test_a_lazy_module_stays_unloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "flake_lazy.py"
    path.write_text("raise RuntimeError('loaded')\n")
    spec = importlib.util.spec_from_file_location("flake_lazy", path)
    assert spec is not None
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "flake_lazy", module)
    warm_up()
    assert type(module) is not ModuleType  # it would be one if it had been loaded
    with pytest.raises(RuntimeError, match="loaded"):
        _ = module.value


def test_what_is_in_the_place_of_a_module_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hostile(ModuleType):
        def __getattribute__(self, name: str) -> object:
            raise SystemExit(name)

    monkeypatch.setitem(sys.modules, "flake_hostile", Hostile("flake_hostile"))
    warm_up()


def test_fakers_data_is_imported_where_its_plugin_is_loaded() -> None:
    pytest.importorskip("faker")
    source = """
        import sys
        {}
        from flakemark.run.warm import warm_up
        warm_up()
        print("faker.providers.address.en_US" in sys.modules)
    """
    assert in_a_process_of_its_own(source.format("import faker.contrib.pytest.plugin")) == "True"
    assert in_a_process_of_its_own(source.format("import faker")) == "False"
