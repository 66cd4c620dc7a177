"""`python -m syndicator`, and the console script."""


def main() -> None:
    """Run the command line."""
    # Imported only here: every process that reads bodies imports this module anew, and needs nothing of the commands.
    try:
        from .cli.command import main as command
    except KeyboardInterrupt:  # Ctrl-C before anything has begun
        raise SystemExit(130) from None

    command()


if __name__ == "__main__":
    main()
