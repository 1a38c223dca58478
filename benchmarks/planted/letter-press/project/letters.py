"""Fill form letters from a small template language."""
import re
import signal
import time
from contextlib import contextmanager

FIELD = re.compile(r"<<\s*([a-z_]+)(?:\|([a-z]+))?\s*>>")
FILTERS = {"upper": str.upper, "title": str.title, "strip": str.strip}


class LetterError(ValueError):
    pass


class BudgetExceeded(RuntimeError):
    pass


def _expired(signum, frame):
    raise BudgetExceeded("rendering took too long")


@contextmanager
def budget(seconds):
    signal.signal(signal.SIGALRM, _expired)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


def _substitute(match, values):
    name, flt = match.groups()
    if name not in values:
        raise LetterError(f"no value for {name}")
    text = str(values[name])
    if flt is None:
        return text
    try:
        return FILTERS[flt](text)
    except KeyError:
        raise LetterError(f"unknown filter {flt}") from None


def render(template, values, limit=0.09):
    with budget(limit):
        return FIELD.sub(lambda m: _substitute(m, values), template)


class Archive:
    """Letters already sent, read from slow storage."""

    def __init__(self, fetch):
        self._fetch = fetch
        self.requests = 0

    def bundle(self, numbers):
        started = time.perf_counter()
        letters = []
        for number in numbers:
            self.requests += 1
            letters.append(self._fetch(number))
        return {"letters": letters, "took": time.perf_counter() - started}
