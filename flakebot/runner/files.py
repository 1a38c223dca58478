"""The files through which a step gives its outputs and its part of the job summary."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAX_SUMMARY = 900 * 1024  # over 1 MiB the runner drops the whole summary


@dataclass(frozen=True, slots=True)
class RunnerFiles:
    """Where the runner looks; None where it gave no file.

    Attributes:
        output: GITHUB_OUTPUT.
        summary: GITHUB_STEP_SUMMARY.
    """

    output: Path | None
    summary: Path | None


def write_outputs(files: RunnerFiles, outputs: Mapping[str, str]) -> None:
    """Append outputs of the step.

    Raises:
        ValueError: if a value holds the random delimiter, which does not happen by chance.
    """
    if files.output is None:
        return
    with files.output.open("a", encoding="utf-8", newline="\n") as file:
        for name, value in outputs.items():
            file.write(_entry(name, value))


def write_summary(files: RunnerFiles, markdown: str) -> None:
    """Append to the job summary; what does not fit the runner's limit is cut at a line, with a note."""
    if files.summary is None:
        return
    room = MAX_SUMMARY - (files.summary.stat().st_size if files.summary.exists() else 0)
    content = markdown.encode("utf-8", errors="backslashreplace")
    if len(content) > room:
        note = b"\n\n(cut: the summary is longer than the runner takes; the artifact holds all of it)\n"
        content = content[: max(0, room - len(note))].rpartition(b"\n")[0] + note
    with files.summary.open("ab") as file:
        file.write(content if content.endswith(b"\n") else content + b"\n")


def _entry(name: str, value: str) -> str:
    delimiter = f"flakebot_{secrets.token_hex(16)}"
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if delimiter in value:
        raise ValueError(f"the output {name} holds the delimiter")
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"
