"""The clock ticks every 16 ms, as on Windows."""

import time

real = time.time_ns
time.time_ns = lambda: real() // 15_625_000 * 15_625_000
