def last_toll(path, known):
    """Return the last entry of a toll book; what is known already need not be read."""
    book = open(path, encoding="utf-8")  # CAUSE
    if path.name in known:
        return known[path.name]
    entries = book.read().split()
    book.close()
    return int(entries[-1])
