"""Inside the test process: probes, recorder, import hook, trace format.

    sites         where a probe stands: file, line, function, kind
    instrument    the AST rewriting that puts probes into the project's own code
    hook          the import hook that applies it, together with pytest's assertion rewriting
    anatomy       what a value is made of, found out without asking it
    fingerprint   values as bounded, safe, comparable literals
    rebuild       and back, for pins
    known/        the table of nondeterministic inputs and of waits
    sources       recognises them by the callable itself
    identity      ids that are kept for one object, or given again
    forcing       what an intervention changes: pins, orders, edges, delays
    threads       logical threads: main, the n-th thread or task of a kind
    recording     what one process records and forces
    readings      readings of clocks: put forward, put back, written down
    ticks         the recorder's own clock, where nobody replaces it
    completion    the order in which concurrent work is completed
    listings      what directories hold, in the order in which it comes
    behalf        what a library asks on behalf of a line of the project
    standins      stand-ins for callables whose arguments matter
    probe         the hot path: observe, force, delay
    state/        what tests leave behind for each other
    format        the versioned trace file

PYTEST_DONT_REWRITE
"""
