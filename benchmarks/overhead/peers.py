"""How each tool is put around a run of pytest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Way:
    """One way to run a suite. `{out}` stands for the folder of the benchmark, `{own}` for one of this way and subject.

    Attributes:
        name: in the table.
        before: what stands between the interpreter and `-m pytest`.
        options: of pytest.
        variables: environment variables.
        since: the Python minor version that has it.
        slow: whether only a part of the loop is run, and no suite.
        first: whether nothing of the project is compiled beforehand, as after a checkout; such a run is compared with
            a plain one that has to compile as well.
        learns: runs that come first and are not counted.
        program: run in place of pytest, for the loop alone.
    """

    name: str
    before: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    since: int = 10
    slow: bool = False
    first: bool = False
    learns: int = 0
    program: str = ""


_NO_CACHE = ("-p", "no:cacheprovider")
_WITHOUT_US = ("-p", "no:flakemark")
_CACHE = ("-o", "cache_dir={own}")
_SESSION = (*_NO_CACHE, *_WITHOUT_US, "-p", "flakemark.trace.session")
_RECORD = "--flakemark-record={out}/kept"
_COVERAGE = ("-m", "coverage", "run", "--source=.", "--data-file={out}/coverage")
_ORIGINAL = """
from flakemark.tracer.instrument import run_instrumented
print(run_instrumented(open("test_loop.py").read(), "test_loop.py", "test_loop", 1, timeout=600))
"""

PLAIN = Way("plain pytest", options=(*_NO_CACHE, *_WITHOUT_US))
PLAIN_FIRST = replace(PLAIN, name="plain pytest, first run", first=True)
VALUES = Way("flakemark, one run of a diagnosis", options=_SESSION, variables={"FLAKEMARK_TRACE_DETAIL": "run"}, first=True)
RECORDER = Way("flakemark, flight recorder, first run", options=(*_NO_CACHE, _RECORD), first=True)
AGAIN = Way("flakemark, flight recorder, from the second run on", options=(*_CACHE, _RECORD), learns=2)
FLOW = Way("flakemark, flow of control, first run", options=(*_NO_CACHE, _RECORD, "--flakemark-record-flow"), first=True)
FLOW_AGAIN = Way("flakemark, flow of control, from the second run on", options=(*_CACHE, _RECORD, "--flakemark-record-flow"), learns=2)
COVERAGE = Way("coverage.py, C tracer: lines", _COVERAGE, PLAIN.options, {"COVERAGE_CORE": "ctrace"})
COVERAGE_FIRST = replace(COVERAGE, name="coverage.py, C tracer: lines, first run", first=True)
WAYS = (
    PLAIN_FIRST,
    VALUES,
    RECORDER,
    FLOW,
    COVERAGE_FIRST,
    PLAIN,
    AGAIN,
    FLOW_AGAIN,
    COVERAGE,
    Way("coverage.py, sys.monitoring: lines", _COVERAGE, PLAIN.options, {"COVERAGE_CORE": "sysmon"}, since=12),
    Way("sys.settrace: lines", options=(*PLAIN.options, "-p", "peer_lines")),
    Way("sys.settrace: changed locals", options=(*PLAIN.options, "-p", "peer_locals"), slow=True),
    Way(
        "viztracer with arguments",
        ("-m", "viztracer", "--quiet", "--log_func_args", "-o", "{out}/viz.json", "--"),
        PLAIN.options,
        slow=True,
    ),
    Way("hunter: variables", options=(*PLAIN.options, "-p", "peer_hunter"), slow=True),
    Way("pytest-flakemark 1.1.1", variables={"PYTHONPATH": "{out}/original"}, slow=True, program=_ORIGINAL),
)
NEEDS = ("coverage>=7.10", "viztracer", "hunter")
ORIGINAL = "pytest-flakemark==1.1.1"
