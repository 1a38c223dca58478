"""The table of nondeterministic inputs and of waits, by the names under which Python knows them.

    source          what is known of one: name, kind, limit, edge values
    edges           the extreme values that a draw could give
    numbers         random, secrets, uuid
    clocks          time, datetime, and what stands in for them while a test has frozen the time
    files           listings, temporary files, what is known about files
    surroundings    environment, process, machine, locale, memory
    network         names, connections, what comes in
    waits           what waits, and for how long; what starts threads, tasks and processes

Keys are "module.QualName" as the callable itself says. Where versions of Python differ, the older module counts,
see `flakemark.trace.sources`.

PYTEST_DONT_REWRITE
"""
