"""Has `reader` do its work, with its own Python: `reader_poll.py DATABASE (add FILE | update WORKERS)`."""

from __future__ import annotations

import sys
from pathlib import Path

from reader import make_reader


def main(database: str, verb: str, what: str) -> None:
    reader = make_reader(database)
    if verb == "add":
        for url in Path(what).read_text().splitlines():
            reader.add_feed(url)
    else:
        reader.update_feeds(scheduled=False, workers=int(what))


if __name__ == "__main__":
    main(*sys.argv[1:])
