{{ told_slice('evaluations') }}
