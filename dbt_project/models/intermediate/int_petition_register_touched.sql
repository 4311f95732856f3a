{{ touched_versions('petition_register') }}
