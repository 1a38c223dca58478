class Entry:
    def __init__(self, book, text):
        self.book, self.text = book, text

    def __str__(self):
        return f"{self.book.title}: {self.text}"


class LogBook:
    """A log book on the disk; its entries know to which book they belong."""

    def __init__(self, path):
        self.title = path.stem
        self.entries = []
        self._file = open(path, "a+", encoding="utf-8")  # CAUSE

    def add(self, text):
        entry = Entry(self, text)
        self.entries.append(entry)
        print(text, file=self._file, flush=True)
        return entry

    def close(self):
        self._file.close()


def daily_means(readings):
    days = {}
    for day, value in readings:
        days.setdefault(day, []).append(value)
    return {day: sum(values) / len(values) for day, values in days.items()}
