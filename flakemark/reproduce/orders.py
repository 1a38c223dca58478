"""Other tests first: most flaky tests of Python projects depend on what ran before (Gruber et al., ICST 2021: 59 %)."""

from __future__ import annotations

from collections.abc import Sequence

from flakemark.model import NodeId, TestOrder
from flakemark.reproduction import Reproduction
from flakemark.runs import Forcing, Runner, RunRequest, Told

ORDERS_AGAIN, SHARE_OF_ORDERS = 11, 0.15  # pairs of runs, and how much of the time that is left they may take
MOST_FILES = 6


class Orders:
    """Runs a test after others, and notes in what was found when it ended otherwise than alone.

    Args:
        runner: executes runs.
        victim: the test.
        found: what is known so far of how it ends alone.
        order: all tests of the failed session, in the order in which they ran.
        told: is told each step.
        met: what other failed tests of the same session need to run before them.
        forcings: what is forced in such runs.
    """

    def __init__(
        self, runner: Runner, victim: NodeId, found: Reproduction, *, order: Sequence[NodeId], told: Told, met: Sequence[TestOrder],
        forcings: tuple[Forcing, ...] = (),
    ) -> None:  # fmt: skip
        self.runner, self.victim, self.found, self.told, self.met, self.forcings = runner, victim, found, told, met, forcings
        self.order = tuple(order)

    def once(self) -> None:
        """Try every order that there is reason for."""
        if self.found.strange or self.found.both_happen_alone:
            return
        until = self.runner.seconds_left() * (1 - SHARE_OF_ORDERS)
        likely, others = self._to_try(), self._otherwise()
        for before in dict.fromkeys([*likely, *others]):
            if before not in likely and self.runner.seconds_left() < until:
                return
            self.told(f"after {len(before)} other tests")
            if self._ends_otherwise(before, all_of_them=True):
                return

    def again(self) -> None:
        """Pollution can be flaky itself, and what is drawn may decide, too: a thread that was left running meets the test now and then."""
        if self.found.strange or self.found.both_happen_alone or self.found.everything_failed:
            return
        before = self.ran_before
        until = self.runner.seconds_left() * (1 - SHARE_OF_ORDERS)
        for seed in range(2, 2 + ORDERS_AGAIN if before and self.found.known else 2):
            if self.runner.seconds_left() < until or self._ends_otherwise(before, seed=seed):
                return

    @property
    def ran_before(self) -> tuple[NodeId, ...]:
        """What ran before the victim when it failed."""
        return self.order[: self.order.index(self.victim)] if self.victim in self.order else ()

    def _to_try(self) -> list[tuple[NodeId, ...]]:
        """What another failed test needed; as the report says; then every other test first, whatever came when.

        Where it fails alone, too, the report has told already how it ends after those that ran before it.
        """
        failed = self.found.everything_failed
        others = tuple(name for name in self.order if name != self.victim)
        in_file = tuple(name for name in self.runner.surroundings().items if name != self.victim)
        met = [order.state_setters if failed else order.polluters for order in self.met]
        tries = [*met, others, in_file] if failed else [*met, self.ran_before, others]
        return [names for names in dict.fromkeys(tries) if names and self.victim not in names]

    def _otherwise(self) -> list[tuple[NodeId, ...]]:
        """The other way round, and after each file alone, the nearest first: what one test changes another one may put back."""
        before = [name for name in self.order if name != self.victim]
        files: dict[str, list[NodeId]] = {}
        for name in self.ran_before[::-1]:
            files.setdefault(name.split("::")[0], []).insert(0, name)
        tries = [tuple(before[::-1]), *map(tuple, list(files.values())[:MOST_FILES] if len(files) > 1 else [])]
        return [names for names in tries if names]

    def _ends_otherwise(self, before: tuple[NodeId, ...], *, seed: int = 1, all_of_them: bool = False) -> bool:
        """Run the test twice after others; once may be chance, as long as it did not run alone often."""
        request = RunRequest(victim=self.victim, seed=seed, hash_seed=1, before=before, forcings=self.forcings)
        results = self.runner.run([request] * 2)
        for result in results:
            self.found.surroundings.append((f"after {len(before)} other tests", int(result.passed), int(result.failed)))
        otherwise = [
            result for result in results if (result.passed if self.found.everything_failed else self.found.fails_as_wanted(result))
        ]
        if len(otherwise) >= (len(results) if all_of_them else 1):
            self.found.ordered = otherwise[0]
        return self.found.ordered is not None
