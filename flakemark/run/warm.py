"""What every run would do anew, done once before the forks: nothing that the project's code could tell apart.

pytest's fixture of Faker is set up for every test wherever Faker is installed, and imports some forty modules of plain data.
To print a failure, `inspect` asks every module for its file, once per process.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import inspect
import os
import sys
from contextlib import suppress
from types import ModuleType


def warm_up() -> None:
    """Do it; whatever goes wrong is left to the runs."""
    with suppress(Exception):  # other versions of others' modules
        _faker()
    with suppress(Exception):
        _files_of_modules()


def _faker() -> None:
    if "faker.contrib.pytest.plugin" in sys.modules:
        sys.modules["faker"].Faker()


def _files_of_modules() -> None:
    """Fill what `inspect.getmodule` remembers, without its `hasattr`, which would load modules that are lazy."""
    known, by_file = inspect._filesbymodname, inspect.modulesbyfile  # type: ignore[attr-defined]
    for name, module in list(sys.modules.items()):
        namespace = object.__getattribute__(module, "__dict__") if type(module) is ModuleType else {}
        file = namespace.get("__file__")
        if type(file) is str and type(namespace.get("__name__")) is str and file.endswith(".py"):
            known[name] = file
            path = os.path.normcase(os.path.abspath(file))
            by_file[path] = by_file[os.path.realpath(path)] = namespace["__name__"]
