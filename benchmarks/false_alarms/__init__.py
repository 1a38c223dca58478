"""Does the tool stay silent about tests that are fine? Asked of passing tests of real packages.

    python -m benchmarks.false_alarms [PACKAGE ...] [--tests N] [--told N] [--budget S] [--told-budget S] [--keep] [--json FILE]

suites    which packages, and which part of a long suite
sample    which tests pass, and a seeded choice of them, spread over the packages
ask       runs `flakemark diagnose` on them as a user would: without a report, or told by a report that they failed once
count     what of the answers is a false alarm, and the tables
"""
