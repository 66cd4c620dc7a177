"""`python -m syndicator`, and the console script."""

from .cli.commands import main

if __name__ == "__main__":
    main()
