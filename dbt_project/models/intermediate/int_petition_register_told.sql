{{ told_slice('petition_register') }}
