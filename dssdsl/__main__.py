"""Lets ``python -m dssdsl`` do what ``dssdsl`` does."""

from dssdsl.cli.main import main

if __name__ == "__main__":
    main()
