"""`python -m groupaudit`: the command line, where the entry point is not on the path."""

from groupaudit.cli import main

if __name__ == "__main__":  # the extractor's worker process imports this module again
    main()
