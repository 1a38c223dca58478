import hashlib
import time
from concurrent.futures import ThreadPoolExecutor


def word_count(loan):
    words = loan.text.split()
    time.sleep(0.00003 * len(words))
    return len(words)


class Desk:
    """Reads books in the background and notes who asked for what."""

    def __init__(self, shelf, journal):
        self.shelf = shelf
        self.journal = journal
        self.pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="reader")

    def ask(self, key, question=word_count):
        answer = self.pool.submit(question, self.shelf.lend(key))
        answer.add_done_callback(lambda done: self._note(key, done))
        return answer

    def _note(self, key, done):
        digest = hashlib.sha256(repr(done.result()).encode()).hexdigest()
        with self.journal.open("a", encoding="utf-8") as book:
            book.write(f"{key} {digest[:8]}\n")

    def close(self):
        self.pool.shutdown(wait=True)
