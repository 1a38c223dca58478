"""Workers: start pytest under given conditions, collect once, execute one run per request.

    channel       JSON lines over a socket that the tests cannot reach
    neutral       switches off what would fight with us (reruns, xdist, coverage, random order)
    watch         inside: how the victim ended, as a failure fingerprint
    worker        inside: collects, then forks a child for every request
    process       outside: one worker process: start, ask, time out, stop
    laboratory    outside: the Runner: fresh processes, fork servers, parallel runs, cost

PYTEST_DONT_REWRITE
"""
