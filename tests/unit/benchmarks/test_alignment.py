"""The speed of alignment is measured on runs that do differ."""

from __future__ import annotations

import pytest

from benchmarks import alignment


def test_each_row_names_how_many_events_were_paired_and_what_differed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["alignment", "10000"])
    alignment.main()
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    found = {name: int(divergences.replace(",", "")) for name, _, divergences, _ in rows}
    assert found["equal"] == found["equal, loops not told"] == 0
    assert all(found[name] > 0 for name, *_ in alignment.CASES if name != "equal")
    assert all(int(speed.replace(",", "")) > 0 for *_, speed in rows)
