{{ fact_before('fct_cases') }}
