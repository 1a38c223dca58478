import json

_formats = [("json", json.dumps), ("text", str)]


def register(name, function):
    _formats.append((name, function))  # CAUSE
    return function


def names():
    return [name for name, _ in _formats]


def export(name, value):
    return dict(_formats)[name](value)
