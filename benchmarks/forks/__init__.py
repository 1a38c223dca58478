"""What does one more isolated run cost by fork?

    python -m benchmarks.forks [--rounds N] [--runs N] [--keep]

project   a generated project with heavy imports, and the environment that it needs
measure   one way to run a test some more times, and what each time took
bare      a plugin of pytest: the bare loop of fork and wait
watch     a plugin of pytest: what runs in one process take
"""
