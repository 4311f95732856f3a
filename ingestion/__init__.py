"""The door: a file in, typed rows and a receipt out; the lake and its register; loading raw tables.

Belongs here: reading ledgers, contracts, row rules, names to codes, receipts, the append-only lake.
Does not belong here: Dagster, dbt, Great Expectations, indicators, releases. Imports none of ours.
"""
