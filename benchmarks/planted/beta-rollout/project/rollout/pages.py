from .gates import Gate

GATES = {
    "new-editor": Gate("new-editor", 25, allow={"staff"}),
    "dark-mode": Gate("dark-mode", 100),
    "importer": Gate("importer", 0),
}


def toolbar(user):
    items = ["open", "save"]
    if GATES["dark-mode"].is_open(user):
        items.append("theme")
    if GATES["importer"].is_open(user):
        items.append("import")
    if GATES["new-editor"].is_open(user):
        items.insert(0, "compose")
    return items
