from collections import defaultdict


class Clusters:
    """Groups e-mail addresses that belong to one person."""

    def __init__(self):
        self._links = defaultdict(set)

    def link(self, left, right):
        self._links[left].add(right)
        self._links[right].add(left)

    def add(self, address):
        self._links[address]

    def groups(self):
        todo = dict.fromkeys(self._links)
        while todo:
            start, _ = todo.popitem()
            members, frontier = set(), {start}
            while frontier:
                address = frontier.pop()
                members.add(address)
                frontier |= self._links[address] - members
            for address in members:
                todo.pop(address, None)
            yield members


class AddressBook:
    def __init__(self, clusters):
        self.primary = {}
        for members in clusters.groups():
            rest = set(members)
            main = rest.pop()
            self.primary[main] = main
            for other in rest:
                self.primary[other] = main

    def lookup(self, address):
        return self.primary[address.lower()]

    def people(self):
        return len(set(self.primary.values()))
