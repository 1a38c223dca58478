import argparse
import logging

from importer import load


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args(arguments)
    if options.quiet:
        logging.getLogger("importer").setLevel(logging.ERROR)  # CAUSE
    return len(load(options.rows))
