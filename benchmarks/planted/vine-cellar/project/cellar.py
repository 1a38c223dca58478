"""Stock keeping on top of a few shared database handles."""
import queue
import sqlite3


class Exhausted(RuntimeError):
    pass


class Handles:
    def __init__(self, path, size=3, patience=0.03):
        self.patience = patience
        self._free = queue.LifoQueue()
        for _ in range(size):
            self._free.put(sqlite3.connect(path, timeout=0.012, check_same_thread=False))

    def take(self):
        try:
            return self._free.get(timeout=self.patience)
        except queue.Empty:
            raise Exhausted("no free handle") from None

    def put_back(self, handle):
        self._free.put(handle)

    def dispose(self):
        while not self._free.empty():
            self._free.get().close()


class Cellar:
    def __init__(self, handles):
        self.handles = handles

    def setup(self):
        handle = self.handles.take()
        with handle:
            handle.execute("create table if not exists wine (name text primary key, bottles int)")
        self.handles.put_back(handle)

    def store(self, name, bottles):
        handle = self.handles.take()
        with handle:
            handle.execute(
                "insert into wine values (?, ?) on conflict (name)"
                " do update set bottles = bottles + excluded.bottles",
                (name, bottles),
            )
        self.handles.put_back(handle)

    def bottles(self, name):
        handle = self.handles.take()
        row = handle.execute("select bottles from wine where name = ?", (name,)).fetchone()
        self.handles.put_back(handle)
        return row[0] if row else 0


def store_patiently(cellar, name, bottles, attempts=8):
    for left in reversed(range(attempts)):
        try:
            return cellar.store(name, bottles)
        except sqlite3.OperationalError:
            if not left:
                raise
