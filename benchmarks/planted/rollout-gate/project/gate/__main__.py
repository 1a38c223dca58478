import argparse
import json

from gate.rollout import Rollout, Subject


def main(argv=None):
    parser = argparse.ArgumentParser(prog="gate")
    parser.add_argument("flag")
    parser.add_argument("percent", type=int)
    parser.add_argument("accounts", nargs="+")
    args = parser.parse_args(argv)
    rollout = Rollout(args.flag, args.percent)
    print(json.dumps({a: rollout.enabled(Subject(a)) for a in args.accounts}))


if __name__ == "__main__":
    main()
