{{ fact_before('fct_matter_items') }}
