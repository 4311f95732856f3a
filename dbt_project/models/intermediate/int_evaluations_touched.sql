{{ touched_versions('evaluations') }}
