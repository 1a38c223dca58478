"""Pair the events of two traces, and list where they part.

    align(passing, failing)           what each logical thread did: other values, other paths, blocks that only one run has
    interleavings(passing, failing)   in which order the threads did it: `thread_race`
    timings(passing, failing)         how long it took them: `timing_delta`

Each takes two traces and returns a tuple of `Divergence`, sorted by place in the failing run, empty for equal traces. The isolation
consumes `align` alone: order and time differ between any two runs, so they are told to people and forced by nobody.

    sides           the events per logical thread, in columns; the sites of both runs numbered alike
    structure       functions, loops and recursion, as the sites tell them
    pairing         the walk to stretches in which both sides agree, and blocks between them
    rejoin, scout   where two sides that parted meet again, by execution index
    landmarks       events that each run has once: the same moment, however much was inserted before
    rounds          which rounds of a loop were the additional ones
    gaps            what a recorder may have dropped
    differences     stretches and blocks to divergences
    collector       the garbage collector rests meanwhile
    interleaving    the global order of paired events of different threads
    timing          the time that paired waits and clocks took

Source: B. Xin, W. N. Sumner, X. Zhang, "Efficient Program Execution Indexing", PLDI 2008. We have completed probes instead of
instructions, so an index is relative to the place where the sides parted, and rounds are read off the lines to which a function
comes back. That additional rounds are looked for by their values is ours.
"""

from flakemark.align.differences import align
from flakemark.align.interleaving import interleavings
from flakemark.align.timing import timings

__all__ = ["align", "interleavings", "timings"]
