"""Workers: start pytest under given conditions, collect once, execute one run per request.

    channel       JSON lines over a socket that the tests cannot reach
    neutral       switches off what would fight with us (reruns, xdist, coverage, random order)
    seeds         inside: each run draws its own numbers, unless the project has seeded the generators
    coroutines    inside: plain `async def` tests
    watch         inside: how the victim ended, as a failure fingerprint
    worker        inside: collects, then forks a child for every request
    keeper        between: the process to which orphans of the tests come, and with which they die
    process       outside: one worker process: start, ask, time out, stop
    results       outside: a request on its way in, a result on its way out
    laboratory    outside: the Runner: fresh processes, fork servers, parallel runs, cost

PYTEST_DONT_REWRITE
"""
