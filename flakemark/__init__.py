"""Find the line that makes a pytest test flaky, and prove it by intervention.

The story, in the order the data flows:

    ingest      JUnit XML -> failed tests and the order in which tests ran
    run         workers: start pytest under conditions, collect once, one forked run per request
    trace       inside the worker: probes, recorder, trace format
    reproduce   get a passing and a failing run: repeat; if one is missing, perturb
    align       pair the events of two traces; list divergences
    isolate     intervene on suspects, earliest first, until the outcome flips both ways
    repair      a patch for causes that are mended in one known way, run without and with it
    explain     verdict, category, cause chain, confidence, advice
    report      text box, JSON, Markdown, HTML

`flakemark.pipeline.diagnose` meets them in that order. Names load lazily: this package is imported
inside other people's test processes, and an eager import would drag every stage along.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["DivergenceReport", "DivergenceType", "FlakeMark", "__version__"]

_HOMES = {"FlakeMark": "flakemark.api", "DivergenceReport": "flakemark.api", "DivergenceType": "flakemark.model"}


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'flakemark' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
