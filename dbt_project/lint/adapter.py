"""What the linters see in place of dbt's `adapter`: each dispatched macro as a function of its name.

sqlfluff reads it, and so does tests/test_common_dialect.py, which asks what is left of one engine.
"""

SHAPES = {
    "passed_labels": "{0} as (select registration_id, registration_id as label from {0}_edges where {1} > 0),",
    "add_days": "add_days({}, {})",
    "days_between": "days_between({}, {})",
    "seconds_between": "seconds_between({}, {})",
    "anti_join": "anti join",
    "iso_weekday": "iso_weekday({})",
    "worked_out_once": "",
    "row_key": "row_key({})",
    "date_spine": "select cast('{}' as date) as calendar_date, '{}' as last_date",
}


def dispatch(name: str):
    """Return the function that writes the dispatched macro `name`."""
    return SHAPES[name].format
