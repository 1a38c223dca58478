import time
from pathlib import Path


def write_report(folder, stock):
    path = Path(folder) / f"stock-{time.time_ns()}.csv"
    lines = [f"{name};{count}" for name, count in sorted(stock.items())]
    path.write_text("\n".join(lines))
    return path
