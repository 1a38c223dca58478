import queue

backlog = queue.Queue()


def submit(*tiles):
    for tile in tiles:
        backlog.put(tile)
    return len(tiles)
