import time


class Cycle(Exception):
    pass


class Plan:
    """Steps with the steps that they need; `order` lists them so that needs come first."""

    def __init__(self, needs):
        self.needs = {step: frozenset(others) for step, others in needs.items()}
        self.made_at = time.monotonic()

    def order(self):
        done = []
        waiting = set(self.needs)
        while waiting:
            ready = {step for step in waiting if self.needs[step] <= set(done)}
            if not ready:
                raise Cycle(sorted(waiting))
            step = max(ready)
            waiting.remove(step)
            done.append(step)
        return done
