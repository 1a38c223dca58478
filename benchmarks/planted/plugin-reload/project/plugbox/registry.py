import importlib
import sys
from pathlib import Path


class Registry:
    """Filters written by users, as modules in a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.loaded = {}

    def __enter__(self):
        sys.path.insert(0, str(self.folder))
        importlib.invalidate_caches()
        return self

    def __exit__(self, *exc_info):
        sys.path.remove(str(self.folder))
        for name in self.loaded:
            sys.modules.pop(name, None)

    def names(self):
        return sorted(p.stem for p in self.folder.glob("*.py"))

    def load(self, name):
        self.loaded[name] = importlib.import_module(name)
        return self.loaded[name]

    def refresh(self):
        importlib.invalidate_caches()
        for name, module in list(self.loaded.items()):
            self.loaded[name] = importlib.reload(module)

    def apply(self, name, value):
        return self.loaded[name].run(value)
