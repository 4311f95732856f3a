{{ fact_before('fct_evaluations') }}
