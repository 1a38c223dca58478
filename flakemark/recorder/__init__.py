"""The flight recorder: `pytest --flakemark-record=DIR` keeps the trace of every test that fails, and drops the others.

session     the plugin: one buffer per test, kept when the test failed
fixtures    what fixtures did that outlive a test
endings     processes that end in the middle of a test: `os._exit`, SIGTERM
folder      the files: traces, the index, and the markers of tests that run now

Lives inside the user's pytest process: no `random`, `logging`, `tempfile`, `subprocess`; own references to what
tests may patch. What it writes is described in docs/trace-format.md.

PYTEST_DONT_REWRITE
"""
