{{ fact_before('fct_leader_assignments') }}
