"""Shared state that one test can leave behind for another: what changed, putting it back, and who wrote it.

    pieces        one place where state lives: reading it, comparing it, putting it back
    loggers       the settings of loggers, also of those that come to be later
    process       the process, and what libraries keep for all of it
    running       threads that go on running
    snapshot      which places there are: modules, classes, containers
    follow        the line of the project that wrote a piece
    inspection    what one run does about all of it

PYTEST_DONT_REWRITE
"""
