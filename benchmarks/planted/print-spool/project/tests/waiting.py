import time


def eventually(condition, attempts=12, pause=0.01):
    for _ in range(attempts):
        if condition():
            return True
        time.sleep(pause)
    return condition()
