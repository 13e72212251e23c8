#!/usr/bin/env python3
"""Prints a made series of prices: 14,058 working days of a geometric random walk, as comma-separated values.

    python3 datasets/stocks/walk.py [--days 14058] [--seed 1] > walk.csv
"""
import argparse
import datetime
import math
import random


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=14058)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    walk = random.Random(arguments.seed)
    day, price = datetime.date(1962, 1, 2), 0.63
    print("Date,Open")
    for _ in range(arguments.days):
        print(f"{day},{price:.4f}")
        price *= math.exp(walk.gauss(0.00025, 0.015))
        day += datetime.timedelta(days=3 if day.weekday() == 4 else 1)


if __name__ == "__main__":
    main()
