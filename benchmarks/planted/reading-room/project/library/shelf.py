import threading


class Shelf:
    def __init__(self, titles):
        self._titles = dict(titles)
        self._lent = set()
        self._lock = threading.Lock()

    def lend(self, key):
        with self._lock:
            if key in self._lent:
                raise LookupError(f"{key} is out")
            self._lent.add(key)
        return Loan(self, key, self._titles[key])

    def give_back(self, key):
        with self._lock:
            self._lent.discard(key)

    @property
    def lent(self):
        return sorted(self._lent)


class Loan:
    def __init__(self, shelf, key, text):
        self.shelf = shelf
        self.key = key
        self.text = text

    def __del__(self):
        self.shelf.give_back(self.key)
