"""What we say to the runner, and what others must not say to it through us."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from flakebot.compose import Redactor
from flakebot.runner import Annotation, Log, RunnerFiles, annotation_command, write_outputs, write_summary
from flakebot.runner.files import MAX_SUMMARY


def parse_outputs(text: str) -> dict[str, str]:
    """Read GITHUB_OUTPUT as the runner does."""
    found, lines = {}, iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, _, delimiter = line.partition("<<")
        value: list[str] = []
        while (part := next(lines)) != delimiter:
            value.append(part)
        found[name] = "\n".join(value)
    return found


def parse_command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as the runner does."""
    match = re.fullmatch(r"::(\w[\w-]*) ?(.*?)::(.*)", line)
    assert match

    def plain(text: str) -> str:
        return text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")

    properties = dict(pair.split("=", 1) for pair in match[2].split(",") if pair)
    return match[1], {name: plain(value) for name, value in properties.items()}, plain(match[3])


def obeyed(text: str) -> list[str]:
    """The lines in which the runner finds a command."""
    return [line for line in text.splitlines() if line.lstrip().startswith("::") or "##[" in line]


def test_outputs_come_back_as_they_were_given(tmp_path: Path) -> None:
    values = {"report": "a\nb=c\nx<<EOF\nEOF", "empty": "", "number": "3", "windows": "a\r\nb\rc"}
    write_outputs(RunnerFiles(tmp_path / "out", None), values)
    assert parse_outputs((tmp_path / "out").read_text()) == {**values, "windows": "a\nb\nc"}


def test_two_outputs_have_different_delimiters(tmp_path: Path) -> None:
    write_outputs(RunnerFiles(tmp_path / "out", None), {"a": "1", "b": "2"})
    delimiters = re.findall(r"<<(.*)", (tmp_path / "out").read_text())
    assert len(set(delimiters)) == 2


def test_without_files_nothing_is_written(tmp_path: Path) -> None:
    write_outputs(RunnerFiles(None, None), {"a": "1"})
    write_summary(RunnerFiles(None, None), "x")
    assert list(tmp_path.iterdir()) == []


def test_a_summary_that_is_too_long_is_cut_at_a_line(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_text("earlier step\n")
    write_summary(RunnerFiles(None, path), "ä line\n" * 400_000)
    content = path.read_bytes()
    assert len(content) <= MAX_SUMMARY
    assert content.startswith("earlier step\nä line\n".encode())
    assert set(content.decode().splitlines()[1:-2]) == {"ä line"}
    assert "cut: the summary is longer" in content.decode().splitlines()[-1]


def test_an_annotation_is_one_line_that_means_what_was_given() -> None:
    annotation = Annotation(level="error", title="50%, or: so", message="a: 100%\nb, ::error::c", file="src/a,b:c.py", line=3, end_line=5)
    line = annotation_command(annotation)
    assert "\n" not in line
    assert parse_command(line) == (
        "error",
        {"file": "src/a,b:c.py", "line": "3", "endLine": "5", "title": "50%, or: so"},
        "a: 100%\nb, ::error::c",
    )


def test_an_annotation_without_a_place_has_no_place() -> None:
    assert annotation_command(Annotation(level="warning", title="t", message="m")) == "::warning title=t::m"


@pytest.mark.parametrize(
    "line",
    [
        "::error::x",
        "  ::add-mask::x",
        "\t::stop-commands::x",
        "text ##[error]x",
        "##[set-env name=PATH]/evil",
        ":::error::x",
        "\x1b[31m::error::x",
        "a\r::error::x",
    ],
)
def test_output_of_others_holds_no_command(line: str) -> None:
    stream = io.StringIO()
    log = Log(stream)
    log.pass_on(line)
    log.say(f"they said\n{line}")
    assert obeyed(stream.getvalue()) == []
    assert "\x1b" not in stream.getvalue()
    assert "\r" not in stream.getvalue()


def test_a_flood_is_cut_off() -> None:
    stream = io.StringIO()
    log = Log(stream)
    for number in range(6_000):
        log.pass_on(f"line {number}")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 5_001
    assert lines[-1] == "  ... more than 5000 lines; the rest is left out"


def test_secrets_do_not_reach_the_log_and_are_masked_from_then_on() -> None:
    stream = io.StringIO()
    log = Log(stream, Redactor(["hunter2hunter2"]))
    log.pass_on("password hunter2hunter2")
    log.annotate(Annotation(level="error", title="t", message="hunter2hunter2"))
    assert "hunter2" not in stream.getvalue()
    log.mask("one\ntwo%\n")
    assert stream.getvalue().splitlines()[-2:] == ["::add-mask::one", "::add-mask::two%25"]


def test_a_stream_that_knows_ascii_only_does_not_end_the_program() -> None:
    raw = io.BytesIO()
    log = Log(io.TextIOWrapper(raw, encoding="ascii"))
    log.say("naïve \udc80")
    assert raw.getvalue() == b"na\\xefve \\udc80\n"
