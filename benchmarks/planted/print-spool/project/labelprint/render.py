"""python -S render.py LABEL.json OUTPUT: one label as ZPL, in a process of its own."""
import json
import os
import sys


def zpl(label: dict) -> str:
    lines = ["^XA"]
    for row, text in enumerate(label["lines"]):
        lines.append(f"^FO50,{50 + 40 * row}^FD{text}^FS")
    if code := label.get("barcode"):
        lines.append(f"^FO50,400^BCN,100,Y,N,N^FD{code}^FS")
    lines.append("^XZ")
    return "\n".join(lines) + "\n"


def main(source: str, target: str) -> None:
    with open(source, encoding="utf-8") as file:
        label = json.load(file)
    with open(f"{target}.part", "w", encoding="utf-8") as file:
        file.write(zpl(label))
    os.replace(f"{target}.part", target)


if __name__ == "__main__":
    main(*sys.argv[1:])
