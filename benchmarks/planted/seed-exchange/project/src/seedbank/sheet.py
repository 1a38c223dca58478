import csv
import io


def guess(cell):
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell


def dump(accessions):
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["tag", "species", "grams"])
    for item in accessions:
        writer.writerow([item.tag, item.species, item.grams])
    return buffer.getvalue()


def load(text):
    reader = csv.reader(io.StringIO(text))
    header = next(reader)
    return [dict(zip(header, map(guess, row))) for row in reader]
