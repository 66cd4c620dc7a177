"""`python -m syndicator`, and the console script."""

import os


def main() -> None:
    """Run the command line."""
    # Imported only here: every process that reads bodies imports this module anew, and needs nothing of the commands.
    try:
        from .cli.command import main as command
    except KeyboardInterrupt:  # Ctrl-C before anything has begun
        raise SystemExit(130) from None

    # numpy's linear algebra would begin a thread that spins, and nothing here gains by it: what is learned is sparse.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    command()


if __name__ == "__main__":
    main()
