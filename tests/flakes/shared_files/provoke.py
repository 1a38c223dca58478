"""A machine on which new files are for their owner alone."""

import os

os.umask(0o077)
