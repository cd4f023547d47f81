"""`python -m flows` is the command line g60."""

from flows.cli import main

main()
