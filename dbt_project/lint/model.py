"""What sqlfluff sees in place of dbt's `model`: one that is made anew."""

resource_type = "unit_test"
