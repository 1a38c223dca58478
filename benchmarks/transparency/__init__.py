"""Do real packages' own test suites give the same results instrumented as plain?

`suites` names the packages and what their tests need, `fetch` brings sdist and environment, `compare` runs and compares,
`__main__` is the command. The results are in benchmarks/README.md, the differences that remain in docs/tracing.md.
"""
