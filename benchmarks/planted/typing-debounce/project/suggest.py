import threading


class Debounced:
    def __init__(self, func, quiet):
        self.func = func
        self.quiet = quiet
        self._timer = None
        self._lock = threading.Lock()

    def __call__(self, *args):
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self.quiet, self.func, args)
            self._timer.daemon = True
            self._timer.start()

    def settle(self):
        timer = self._timer
        if timer is not None:
            timer.join()


class Backend:
    def __init__(self, words):
        self.words = sorted(words)
        self.queries = []

    def ask(self, prefix):
        self.queries.append(prefix)
        return [word for word in self.words if word.startswith(prefix)]


class SearchBox:
    def __init__(self, backend, quiet=0.009):
        self.backend = backend
        self.text = ""
        self.shown = []
        self._lookup = Debounced(self._fetch, quiet)

    def _fetch(self, prefix):
        self.shown = self.backend.ask(prefix)

    def press(self, key):
        self.text = self.text[:-1] if key == "<" else self.text + key
        self._lookup(self.text)

    def idle(self):
        self._lookup.settle()
