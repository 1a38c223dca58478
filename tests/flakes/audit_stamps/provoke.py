"""Every look at the clock is a second after the one before: what happens by itself once in some ten thousand runs."""

import itertools
import time

looks = itertools.count()
real_time = time.time
time.time = lambda: real_time() + next(looks)
