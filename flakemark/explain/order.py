"""The cause of an order dependence, in words."""

from __future__ import annotations

from flakemark.explain.chain import ReadLine, crash_link
from flakemark.explain.confidence import CUT, ORDER, UNWRITTEN
from flakemark.isolation import CHANCE, OrderFlip, Tally
from flakemark.model import Category, Cause, ChainLink, DivergenceType, Fix, Intervention, Status, TestOrder
from flakemark.runs import GARBAGE, StateChange, StateWrite
from flakemark.statistics import apart, lower_bound

THREAD = "thread "  # begins the path of a piece of state that is a thread


def needs(flip: OrderFlip) -> TestOrder:
    """Say which tests it takes, and which state they share."""
    state = flip.change.path if flip.change is not None else ""
    return TestOrder(polluters=flip.tests, state=state) if flip.pollutes else TestOrder(state_setters=flip.tests, state=state)


def cause(flip: OrderFlip, read_line: ReadLine) -> Cause | None:
    """Name the line: the one that writes the state, or the one of a brittle test that takes it for granted; None if neither is known."""
    place = _place(flip)
    if place is None:
        return None
    title, detail = _words(flip)
    return Cause(
        file=place.file,
        line=place.line,
        end_line=place.line,
        function=place.function,
        source=read_line(place.file, place.line),
        divergence_type=DivergenceType.VALUE_MISMATCH,
        category=Category.RESOURCE_LEAK if _is_garbage(flip) else Category.ORDER_DEPENDENCY,
        status=Status.CONFIRMED if _forced_both_ways(flip) else Status.CORRELATED,
        confidence=_confidence(flip),
        title=title,
        detail=detail,
    )


def _place(flip: OrderFlip) -> StateWrite | None:
    if flip.pollutes:
        return flip.write
    failure = flip.failure.failure
    file, _, line = (failure.test_line or failure.where).rpartition(":") if failure is not None else ("", "", "")
    return StateWrite(file, int(line), "", "") if line.isdigit() else None


def _words(flip: OrderFlip) -> tuple[str, str]:
    tests = " and ".join(flip.tests[:3])
    if not flip.pollutes:
        return f"this line takes for granted what only {tests} sets up", "alone the test fails every time; after that test it passes"
    change = flip.change
    if change is None:
        return f"{tests} leaves something behind here", "when that test ends right before this line it does not"
    if _is_garbage(flip):
        seen = flip.write.value if flip.write is not None else ""
        return f"what is acquired here by {tests} is never released; the garbage collector finds it during later tests", seen
    if is_thread(change):
        return f"{tests} starts a thread here ({change.path.removeprefix(THREAD)}) and leaves it running", "it works on during later tests"
    return f"{tests} changes {change.path} here and does not put it back", f"before: {change.before}; left behind: {change.after}"


def is_thread(change: StateChange) -> bool:
    """Whether what was left behind is a thread that goes on running."""
    return change.path.startswith(THREAD)


def _is_garbage(flip: OrderFlip) -> bool:
    return flip.change is not None and flip.change.path == GARBAGE


def _forced_both_ways(flip: OrderFlip) -> bool:
    return _with_rate(flip) > 0.5 and _alone_rate(flip) > 0.5 and (flip.healed.passed > 0 or flip.cut.passed > 0 or not flip.pollutes)


def _now_and_then(flip: OrderFlip) -> bool:
    """Whether the pollution is flaky itself, but neither that the test fails after it nor that it is healed is chance."""
    after, alone, healed = flip.with_them, flip.alone, flip.cut if flip.cut.runs else flip.healed
    parted = [apart(after.failed, after.runs, other.runs - other.passed, other.runs) for other in (alone, healed)]
    return flip.pollutes and after.failed < 0.95 * after.runs and max(parted) < CHANCE


def _with_rate(flip: OrderFlip) -> float:
    if _now_and_then(flip):
        return 1.0  # what counts is how surely it is healed
    hits = flip.with_them.failed if flip.pollutes else flip.with_them.passed
    return lower_bound(hits, flip.with_them.runs)


def _alone_rate(flip: OrderFlip) -> float:
    hits = flip.alone.passed if flip.pollutes else flip.alone.failed
    return lower_bound(hits, flip.alone.runs)


def _confidence(flip: OrderFlip) -> float:
    tier = CUT if flip.cut.runs else ORDER if flip.healed.passed else UNWRITTEN
    healed = [lower_bound(tally.passed, tally.runs) for tally in (flip.healed, flip.cut) if tally.runs]
    return round(min(_with_rate(flip), _alone_rate(flip), tier.rate, *healed), 3)


def interventions(flip: OrderFlip) -> list[Intervention]:
    """List what was forced: the tests, and the state that was put back."""
    target = " and ".join(flip.tests[:3])
    slower = any(forcing.kind == "delay" for forcing in flip.with_request.forcings)
    settings = ("run before it, the test slower", "not run, the test slower") if slower else ("run before it", "not run")
    shown = [_shown("tests", target, settings[0], flip.with_them), _shown("tests", target, settings[1], flip.alone)]
    if flip.change is not None and flip.healed.runs:
        words = "never got going" if is_thread(flip.change) else "collected before it" if _is_garbage(flip) else "put back after it"
        shown.append(_shown("state", flip.change.path, words, flip.healed))
    if flip.write is not None and flip.cut.runs:
        shown.append(_shown("tests", target, f"ended right before {flip.write.file}:{flip.write.line}", flip.cut))
    return shown


def _shown(kind: str, target: str, setting: str, tally: Tally) -> Intervention:
    return Intervention(kind=kind, target=target, setting=setting, passed=tally.passed, failed=tally.runs - tally.passed)


def chain(flip: OrderFlip, found: Cause, read_line: ReadLine) -> tuple[ChainLink, ...]:
    """Go from the write to the line at which the victim fails."""
    links = () if _is_garbage(flip) else crash_link(flip.failure.failure, read_line)  # it crashed somewhere in pytest
    return tuple(link for link in links if (link.file, link.line) != (found.file, found.line))


def fix(flip: OrderFlip) -> Fix:
    """Advise: the state is put back by whoever changes it, or set up by whoever needs it."""
    if not flip.pollutes:
        return Fix("Let the test set up what it needs itself (a fixture of function scope), instead of relying on an earlier test.")
    if flip.change is not None and is_thread(flip.change):
        return Fix("End the thread in the test that starts it: stop and join it in a fixture or a finally.")
    if _is_garbage(flip):
        return Fix("Close it when it is not needed any more (with, contextlib.closing, a fixture that closes after yield).")
    if flip.change is None and flip.cut.runs:
        return Fix("Undo it whatever happens, in a finally block, a context manager or a fixture: stop, close, disarm or reset it.")
    where = flip.change.path if flip.change is not None else "what it changes"
    return Fix(
        f"Put {where} back after that test: monkeypatch (setattr, setitem, setenv) instead of a bare write, or a fixture that restores it."
    )
