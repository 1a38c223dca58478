"""The cause of a timing flake, in words."""

from __future__ import annotations

from flakemark.explain.chain import ReadLine
from flakemark.explain.confidence import TIMING
from flakemark.isolation import TimingFlip
from flakemark.model import Category, Cause, DivergenceType, Fix, Intervention, Status
from flakemark.statistics import lower_bound

LONGEST_WINDOW = 8
_LIMITS = frozenset({
    "Future.result", "asyncio.wait_for", "asyncio.timeout", "asyncio.timeout_at", "trio.fail_after", "anyio.fail_after", "Popen.wait",
    "Popen.communicate", "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "Queue.get", "Queue.put",
    "SimpleQueue.get", "AsyncResult.get", "multiprocessing.Queue.get", "multiprocessing.Queue.put", "socket.settimeout",
})  # fmt: skip

_TITLES = {
    "wait": "the wait here is too short: the test goes on although {delayed} may not be done",
    "race": "this is read and written by several threads without synchronisation",
    "unawaited": "what is started here is not waited for: the test goes on although {delayed} may not be done",
    "early": "this tells others to go on before {delayed} has done what they rely on",
    "overtaken": "what is started here is never stopped: {delayed} comes in between when the test takes longer",
    "timer": "the time of the timer that is made here is up before the test is done with it, when that takes longer",
}
_ADVICE = {
    "wait": "Wait for the event itself (join, Event.wait, await, a queue) or poll with a generous deadline, "
    "instead of waiting for a fixed time.",
    "race": "Hold a lock from the read to the write, or let only one thread touch it.",
    "unawaited": "Wait until it is done or ready before going on: join(), wait(), await, or an event that it sets.",
    "early": "Give the signal as the last step, when everything that the others rely on is there.",
    "overtaken": "Stop it when it is no longer needed (cancel(), an event that it looks at, a finally block), "
    "and wait until it has stopped.",
    "timer": "Give it far more time than the test needs between two steps, or let the test use a timer of its own that it sets off itself.",
}


def cause(flip: TimingFlip, read_line: ReadLine) -> Cause:
    """Name the wait, the window from read to write, or the line that starts what nobody waits for."""
    first, last = flip.sites[0].site, flip.sites[-1].site
    end = max(last.end_line, first.end_line) if flip.kind == "race" else first.end_line
    return Cause(
        file=first.file,
        line=first.line,
        end_line=min(end, first.line + LONGEST_WINDOW),
        function=first.function,
        source=read_line(first.file, first.line),
        divergence_type=DivergenceType.THREAD_RACE if flip.kind == "race" else DivergenceType.TIMING_DELTA,
        category=_category(flip),
        status=Status.CONFIRMED,
        confidence=_confidence(flip),
        title=_TITLES[_told(flip)].format(delayed=flip.delayed),
        detail=_detail(flip),
    )


def _category(flip: TimingFlip) -> Category:
    if flip.kind in ("race", "overtaken"):
        return Category.ASYNC_WAIT if _told(flip) == "timer" else Category.CONCURRENCY
    return Category.TIMEOUT if flip.sites[0].source_name in _LIMITS else Category.ASYNC_WAIT


def _detail(flip: TimingFlip) -> str:
    if flip.kind == "wait":
        return f"when {flip.delayed} is late the test fails; when this wait lasts longer it passes all the same"
    if flip.kind == "race":
        return f"a pause between these lines makes the test fail; {_healed_race(flip)}"
    if flip.kind == "early":
        return f"when {flip.delayed} is late after this signal the test fails; when it is late right before it, it passes"
    if flip.kind == "overtaken":
        return f"when {flip.pause} it fails; when {flip.delayed} begins later as well it passes"
    late = f"when {flip.pause} while {flip.delayed} goes on" if flip.pause else f"when {flip.delayed} is late"
    return f"{late} the test fails, and no wait of the test makes up for it; when it waits for that it passes"


def _healed_race(flip: TimingFlip) -> str:
    if flip.locked:
        return "with a lock around it, it passes all the same"
    if flip.outside:
        return "the same pause right before them does not"
    return "when the threads run one after the other it passes all the same" if flip.in_turns else "without the pause it passes"


def _confidence(flip: TimingFlip) -> float:
    down, up = flip.to_failing, flip.to_passing
    return round(min(lower_bound(down.failed, down.runs), lower_bound(up.passed, up.runs), TIMING[flip.kind].rate), 3)


def interventions(flip: TimingFlip) -> list[Intervention]:
    """List the delay that makes it fail, and what heals it."""
    target = f"{flip.sites[0].site.file}:{flip.sites[0].site.line}"
    down, up = flip.to_failing, flip.to_passing
    healing = {
        "wait": "late, and this wait stretched",
        "race": _mended_race(flip),
        "unawaited": "likewise, and the test waits for it",
        "early": "late right before the signal instead",
        "overtaken": f"likewise, and {flip.delayed} begins later",
    }[flip.kind]
    late = "a pause inside" if flip.kind == "race" else flip.pause or f"{flip.delayed} late"
    return [
        Intervention(kind="delay", target=target, setting=late, passed=down.runs - down.failed, failed=down.failed),
        Intervention(kind="delay", target=target, setting=healing, passed=up.passed, failed=up.runs - up.passed),
    ]


def _mended_race(flip: TimingFlip) -> str:
    if flip.locked:
        return "a lock around it, and the same pause"
    if flip.outside:
        return "the same pause, before the window"
    return "one after the other, and the same pause" if flip.in_turns else "no pause"


def fix(flip: TimingFlip) -> Fix:
    """Advise."""
    return Fix(_ADVICE[_told(flip)])


def _told(flip: TimingFlip) -> str:
    return "timer" if flip.kind == "overtaken" and flip.sites[0].site.callee == "Timer" else flip.kind
