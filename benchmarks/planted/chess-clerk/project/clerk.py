import argparse
from datetime import date


def build_parser():
    parser = argparse.ArgumentParser(prog="clerk", description="Keeps the books of a chess club.")
    commands = parser.add_subparsers(dest="command", required=True)
    pair = commands.add_parser("pair", help="pair the players of the next round")
    pair.add_argument("--round", type=int, default=1, help="round to pair, counted from one")
    pair.add_argument("--avoid-rematches", action="store_true", help="never pair the same players twice")
    rate = commands.add_parser("rate", help="work out new ratings")
    rate.add_argument("--since", type=date.fromisoformat, metavar="DAY")
    return parser


def help_for(command):
    parser = build_parser()
    choices = parser._subparsers._group_actions[0].choices
    return choices[command].format_help()
