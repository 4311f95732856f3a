"""Synthetic ledgers of one fictional province, and the true answers about them.

Belongs here: the simulated world, the ledgers the offices would send, the files they would send
them in, and the answers computed in plain Python from what those files tell.

Does not belong here: real places, real persons, anything that reads files back, any SQL, and any
code the warehouse itself runs. The warehouse must not import this package: the answers are only
worth something while the two are written by different hands.
"""

from samples.generate import generate

__all__ = ["generate"]
