import threading

from phrasebook.catalog import catalog


def read_aloud(dialect, lines, failures):
    for number, line in enumerate(lines):
        try:
            catalog().contribute(dialect, number, line.strip())
        except Exception as exc:
            failures.append(exc)


def in_parallel(texts):
    failures = []
    threads = [threading.Thread(target=read_aloud, args=(dialect, lines, failures)) for dialect, lines in texts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
