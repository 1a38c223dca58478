"""A machine with one core."""

import os

os.cpu_count = lambda: 1
