import functools


class Memo:
    def __init__(self, func):
        functools.update_wrapper(self, func)
        self.func = func
        self.known = {}
        self.misses = 0

    def __call__(self, *key):
        try:
            return self.known[key]
        except KeyError:
            self.misses += 1
        value = self.func(*key)
        self.known[key] = value
        return value
