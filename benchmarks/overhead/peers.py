"""How each tool is put around a run of pytest."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Way:
    """One way to run a suite.

    Attributes:
        name: in the table.
        before: what stands between the interpreter and `-m pytest`.
        options: of pytest.
        variables: environment variables.
        since: the Python minor version that has it.
        slow: whether only a twentieth of the loop is run, and no suite.
    """

    name: str
    before: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    since: int = 10
    slow: bool = False


PLAIN = Way("plain pytest", options=("-p", "no:flakemark"))
VALUES = Way("flakemark, values recorded", options=("-p", "no:flakemark", "-p", "flakemark.trace.session"))
RECORDER = Way("flakemark, flight recorder", options=("--flakemark-record={out}/kept",))
_COVERAGE = ("-m", "coverage", "run", "--source=.", "--data-file={out}/coverage")
COVERAGE = Way("coverage.py, C tracer: lines", _COVERAGE, PLAIN.options, {"COVERAGE_CORE": "ctrace"})
WAYS = (
    VALUES,
    RECORDER,
    COVERAGE,
    Way("coverage.py, sys.monitoring: lines", _COVERAGE, PLAIN.options, {"COVERAGE_CORE": "sysmon"}, since=12),
    Way("sys.settrace: lines", options=(*PLAIN.options, "-p", "peer_lines")),
    Way("sys.settrace: changed locals", options=(*PLAIN.options, "-p", "peer_locals"), slow=True),
    Way("viztracer with arguments", ("-m", "viztracer", "--quiet", "--log_func_args", "-o", "{out}/viz.json"), PLAIN.options, slow=True),
    Way("hunter: variables", options=(*PLAIN.options, "-p", "peer_hunter"), slow=True),
)
NEEDS = ("coverage>=7.10", "viztracer", "hunter")
