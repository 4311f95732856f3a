-- A part told as more than its whole (C30): counts of one row that cannot be of the same things. Which count is a part
-- of which is said by the contract of the ledger (part_of).
with found as (
    {{ parts_above_wholes() }}
)

{{ asked('C30', statistic='excess_count') }}
