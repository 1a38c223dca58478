"""What the program prints: its own sentences, and output of others that the runner must not obey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TextIO

from flakebot.runner.commands import Annotation, annotation_command, inert, mask_command

MAX_FOREIGN_LINES = 5_000


class Log:
    """Writes to the job's log.

    Args:
        stream: standard output.
        redact: takes secrets out of a line.
    """

    def __init__(self, stream: TextIO, redact: Callable[[str], str] = str) -> None:
        self._stream, self._redact = stream, redact
        self._foreign = 0

    def say(self, text: str) -> None:
        """Print sentences of ours, which may quote others: nothing in them is a command."""
        for line in text.splitlines() or [""]:
            self._write(inert(self._redact(line)))

    def pass_on(self, line: str) -> None:
        """Print a line of a program that runs code of others, indented; a flood is cut off."""
        self._foreign += 1
        if self._foreign <= MAX_FOREIGN_LINES:
            self._write("  " + inert(self._redact(line)))
        elif self._foreign == MAX_FOREIGN_LINES + 1:
            self._write(f"  ... more than {MAX_FOREIGN_LINES} lines; the rest is left out")

    def annotate(self, annotation: Annotation) -> None:
        """Print an annotation, which the runner shows beside the code."""
        texts = (annotation.title, annotation.message, annotation.file)
        title, message, file = map(self._redact, texts)  # before they are escaped, which can take a secret apart
        self._write(self._redact(annotation_command(replace(annotation, title=title, message=message, file=file))))

    def mask(self, secret: str) -> None:
        """Tell the runner to hide a secret in whatever is printed from now on."""
        for line in filter(None, map(str.strip, secret.splitlines())):
            self._write(mask_command(line))

    def _write(self, line: str) -> None:
        # A name with a lone surrogate must not end the program.
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        self._stream.write(line.encode(encoding, errors="backslashreplace").decode(encoding) + "\n")
        self._stream.flush()
