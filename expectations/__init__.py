"""The gate: Great Expectations suites over the run's receipts and over the candidate release.

Belongs here: what must hold of frames that come in and of figures that go out. The only importer of
Great Expectations. Frames carry counts and codes, never a cell of a ledger. Does not belong here:
row rules (ingestion contracts), keys and identities inside the warehouse (dbt tests).
"""
