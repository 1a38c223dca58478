from textwrap import wrap


def label_lines(address, width=18):
    lines = []
    for part in address.split(","):
        lines.extend(wrap(part.strip(), width) or [""])
    return lines
