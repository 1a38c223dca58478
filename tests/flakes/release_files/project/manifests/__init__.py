import hashlib
from concurrent.futures import ThreadPoolExecutor, as_completed


class Release:
    def __init__(self, folder, workers=4):
        self.folder = folder
        self.workers = workers

    def files(self):
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def _line(self, path):
        content = path.read_bytes()
        return f"{hashlib.sha256(content).hexdigest()[:12]} {len(content):>8} {path.relative_to(self.folder)}"

    def size(self):
        return sum(path.stat().st_size for path in self.files())

    def manifest(self):
        with ThreadPoolExecutor(self.workers) as executor:
            jobs = {executor.submit(self._line, path): path for path in self.files()}
            return [job.result() for job in as_completed(jobs)]  # CAUSE
