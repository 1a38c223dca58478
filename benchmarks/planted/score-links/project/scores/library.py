from pathlib import Path


class OutsideLibrary(ValueError):
    pass


class Library:
    """Sheet music below one folder; pieces are known by relative path."""

    SUFFIXES = {".mscz", ".ly", ".musicxml"}

    def __init__(self, root):
        self.root = Path(root)
        self._index = {}

    def key_for(self, path):
        path = Path(path).resolve()
        if self.root not in path.parents:
            raise OutsideLibrary(f"{path.name} is not below {self.root.name}")
        return path.relative_to(self.root).as_posix()

    def add(self, path, composer):
        key = self.key_for(path)
        if Path(path).suffix not in self.SUFFIXES:
            raise ValueError(f"unknown format {Path(path).suffix}")
        self._index[key] = composer
        return key

    def by_composer(self, composer):
        return sorted(k for k, c in self._index.items() if c == composer)

    def __len__(self):
        return len(self._index)
