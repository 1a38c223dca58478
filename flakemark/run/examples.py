"""Inside the worker: the examples of hypothesis are drawn anew in every run, and again when they are asked for.

What it remembers of failures is kept apart: a run that failed must not decide how the next one ends, and nothing is written
into the project.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from contextlib import suppress
from os import environ
from typing import Any

EXAMPLES = "examples"  # the kind of a forcing
_STORAGE = "HYPOTHESIS_STORAGE_DIRECTORY"


class Storage:
    """Where hypothesis keeps its tables while modules are imported: not in the project.

    Args:
        folder: a folder of ours.
    """

    def __init__(self, folder: str) -> None:
        self.folder = f"{folder}/hypothesis"

    def begin(self) -> None:
        """Before anything is imported; the variable is gone again when the tests run."""
        environ.setdefault(_STORAGE, self.folder)

    def end(self) -> None:
        """Everything is imported: what every run would compute anew is computed once."""
        charmap = sys.modules.get("hypothesis.internal.charmap")
        with suppress(Exception):  # it is not ours; then each run does it
            if charmap is not None:
                charmap.charmap()
        if environ.get(_STORAGE) == self.folder:
            del environ[_STORAGE]


def own_examples(seed: int, forces: list[dict[str, Any]], folder: str) -> None:
    """Give one run its own examples; nothing is done where hypothesis is not loaded, or the project seeds it.

    Args:
        seed: of the run.
        forces: as JSON; of kind "examples": another seed for the examples alone.
        folder: of the run, gone when it is over.
    """
    core, configuration = sys.modules.get("hypothesis.core"), sys.modules.get("hypothesis.configuration")
    if core is None or getattr(core, "global_force_seed", 0) is not None:
        return
    core.global_force_seed = next((int(force["seed"]) for force in forces if force["kind"] == EXAMPLES), seed)  # type: ignore[attr-defined]
    if configuration is not None and hasattr(configuration, "set_hypothesis_home_dir"):
        configuration.set_hypothesis_home_dir(f"{folder}/hypothesis")
