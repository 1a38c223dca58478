"""How often is the line that we name the root cause? Counted on cases that carry their own answer.

    python -m benchmarks.accuracy CASES_DIR [--jobs N] [--budget S] [--only NAME ...] [--json FILE] [--original]

case      reads a case: a project, the JUnit report of its failed run, and the label with the answer
run       runs the tool on a fresh copy of a case, as a user would
original  runs the original on it, in an environment of its own (`ask_original` is the program in there)
grade     compares what was said with the label
tables    what is printed, and pasted into benchmarks/README.md
"""
