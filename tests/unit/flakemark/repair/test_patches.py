"""Patches are made, and applied to exactly what they were made for."""

from __future__ import annotations

import random

import pytest

from flakemark.repair.patches import apply_patch, file_of, make_patch

BEFORE = "a = 1\r\nfor x in tags:\r\n    print(x)"
AFTER = BEFORE.replace("tags", "sorted(tags)")


def test_a_patch_has_the_name_of_the_file_and_nothing_else_changes() -> None:
    patch = make_patch("src/shop.py", BEFORE, AFTER)
    assert patch.splitlines() == [
        "--- a/src/shop.py", "+++ b/src/shop.py", "@@ -1,3 +1,3 @@",
        " a = 1", "-for x in tags:", "+for x in sorted(tags):", "     print(x)", "\\ No newline at end of file",
    ]  # fmt: skip
    assert file_of(patch) == "src/shop.py"
    assert apply_patch(BEFORE, patch) == AFTER


@pytest.mark.parametrize("seed", range(40))
def test_what_was_made_is_applied(seed: int) -> None:
    chance = random.Random(seed)
    lines = [f"line {chance.randrange(4)}{chance.choice(['', chr(12), chr(13), 'é'])}" for _ in range(40)]
    changed = [line.upper() if chance.random() < 0.1 else line for line in lines if chance.random() < 0.95]
    before, after = ("\n".join(one) + chance.choice(["", "\n"]) for one in (lines, changed))
    assert apply_patch(before, make_patch("x.py", before, after)) == after


def test_what_has_changed_since_is_left_alone() -> None:
    patch = make_patch("src/shop.py", BEFORE, AFTER)
    assert apply_patch(AFTER, patch) is None
    assert apply_patch("", patch) is None
    assert apply_patch(BEFORE.replace("print", "show"), patch) is None


@pytest.mark.parametrize("patch", ["", "--- a/x.py", "--- a/x.py\n+++ b/y.py\n", "--- x.py\n+++ x.py\n"])
def test_other_patches_name_no_file(patch: str) -> None:
    assert file_of(patch) == ""
