"""The words of the command line, a file each: ``add`` tells the parser, ``run`` does the work.

What a word needs is imported only as it runs: `tinyvision --help` answers at once.
"""

from . import classify, data, doctor, eval, explain, gradcheck, summary, tour, train, verify

COMMANDS = (tour, verify, gradcheck, train, eval, explain, classify, summary, data, doctor)
"""In the order in which the help lists them."""
