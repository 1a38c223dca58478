"""`flakemark fix`: show the patches of a report, or apply them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from flakemark.errors import UsageError
from flakemark.model import Diagnosis
from flakemark.repair.patches import apply_patch, file_of
from flakemark.report.document import read_report


def run_fix(arguments: argparse.Namespace) -> int:
    """Print the verified patches of a report, or apply them to the tree; returns the exit code."""
    patches = list(dict.fromkeys(test.fix.patch for test in _tests(arguments) if test.fix is not None and test.fix.patch))
    if not patches:
        raise UsageError(f"{arguments.report}: it has no patch for {arguments.nodeid or 'any test'}; the advice is in its words")
    for patch in patches:
        if arguments.apply:
            _apply(arguments.root, patch)
        else:
            sys.stdout.write(patch)
    return 0


def _tests(arguments: argparse.Namespace) -> list[Diagnosis]:
    tests = read_report(arguments.report).tests
    return [test for test in tests if arguments.nodeid in (None, test.nodeid)]


def _apply(root: Path, patch: str) -> None:
    """Change one file; the report may come from somebody else, so that it must be Python code below the root.

    Raises:
        UsageError: it is not, or it is not what the patch was made for.
    """
    name = file_of(patch)
    path = (root / name).resolve()
    if not name or path.suffix != ".py" or not path.is_relative_to(root.resolve()) or not path.is_file():
        raise UsageError(f"{name or 'the patch'}: no Python file of {root}; run it from the project's root, or name that with --root")
    before = path.read_bytes().decode("utf-8", "surrogateescape")
    after = apply_patch(before, patch)
    if after is None:
        raise UsageError(f"{name}: it has changed since the report was written; diagnose the test again")
    path.write_bytes(after.encode("utf-8", "surrogateescape"))
    print(f"{name}: patched")
