"""Verdict, category, cause chain, confidence and advice, from what reproducing and isolating have shown.

    wording       what each kind of source is called, and what to do about it
    mechanism     which line a maintainer would change, where an input only decides how long something takes
    confidence    how sure we are, counted
    chain         from the cause to the assertion
    order         the same for tests that depend on other tests
    timing        the same for waits, races and work that nobody waits for
    schedule      the chain of these: who did what in which order
    conditions    the same for surroundings: settings, moments, ports, garbage, files that are left
    rounding      an order that decides how a sum is rounded
    suspicions    what may be behind a failure that never came again
    diagnosis     puts them together

Nothing is run here: findings in, a diagnosis out.
"""
