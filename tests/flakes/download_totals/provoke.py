"""Threads of the project take a pause at each line: what happens by itself once in a million runs."""

import threading
import time


def pause(frame, event, argument):
    if "downloads" not in frame.f_code.co_filename:
        return None
    time.sleep(0.002)
    return pause


threading.settrace(pause)
