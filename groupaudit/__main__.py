"""`python -m groupaudit`: the command line, where the entry point is not on the path."""

from groupaudit.cli import main

main()
