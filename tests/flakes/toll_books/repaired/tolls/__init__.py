def last_toll(path, known):
    """Return the last entry of a toll book; what is known already need not be read."""
    with open(path, encoding="utf-8") as book:
        if path.name in known:
            return known[path.name]
        return int(book.read().split()[-1])
