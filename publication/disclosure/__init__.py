"""What an outsider can work out of hidden figures, and the release that must not let them.

Belongs here: reading what is public of releases, the sums that anybody knows to hold among it, the intervals that follow
for each hidden figure. Nothing here reads a table that is not public, and no solved value leaves it: only how narrow
an interval is.
"""
