"""What leaves the house: releases, their diff, their proof, and reading them.

Belongs here: the list of what is exported, the candidate, publishing, the pointer, explain, query.
Works on a build's tables and on releases. Does not belong here: taking in, modelling, running.
Imports `ingestion` for homes, the clock and the lake; nothing of orchestration.
"""
