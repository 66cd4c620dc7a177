"""What the adaptive interval costs and catches, rhythm by rhythm, against a fixed interval.

    make rhythms

The rhythms, and what counts as ideal, are those of tests/unit/core/test_rhythm.py.
"""

from __future__ import annotations

from datetime import timedelta

from core.test_rhythm import watched

_HOUR = timedelta(hours=1)


def main() -> None:
    print(f"{'rhythm':<28}{'requests':>9}{'fixed':>7}{'in time':>9}{'mean wait':>11}{'fixed':>9}")
    for name, found in watched():
        delays = [delay for one in found for delay in one.delays]
        late = sum(delay > 2 * one.ideal for one in found for delay in one.delays)
        requests, fixed = sum(one.requests for one in found), sum(one.fixed_requests for one in found)
        mean = sum(delays, timedelta()) / len(delays) / _HOUR
        by_fixed = sum(one.ideal / _HOUR for one in found) / len(found) / 2
        share = 1 - late / len(delays)
        print(f"{name:<28}{requests // 5:>9,}{fixed // 5:>7,}{share:>9.1%}{mean:>9.2f} h{by_fixed:>7.2f} h")


if __name__ == "__main__":
    main()
