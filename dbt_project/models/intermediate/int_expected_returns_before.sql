{{ fact_before('fct_expected_returns') }}
