from concurrent.futures import ThreadPoolExecutor, as_completed


def collect(juror, entrants, hands=4):
    with ThreadPoolExecutor(max_workers=hands) as pool:
        calls = [pool.submit(juror.points, entrant) for entrant in entrants]
        points = [call.result() for call in as_completed(calls)]
    return dict(zip((entrant.name for entrant in entrants), points))


def podium(sheet, places=3):
    ranked = sorted(sheet.items(), key=lambda item: (-item[1], item[0]))
    return [name for name, _ in ranked[:places]]
