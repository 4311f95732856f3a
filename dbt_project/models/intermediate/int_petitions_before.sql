{{ fact_before('fct_petitions') }}
