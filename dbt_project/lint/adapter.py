"""What sqlfluff sees in place of dbt's `adapter`: each dispatched macro, near enough."""

SHAPES = {
    "add_days": "({} + cast({} as integer))",
    "days_between": "days_between({}, {})",
    "seconds_between": "seconds_between({}, {})",
    "anti_join": "anti join",
    "date_spine": "select cast('{}' as date) as calendar_date, '{}' as last_date",
}


def dispatch(name: str):
    """Return the function that writes the macro `name` of dbt_project/macros/dialect.sql."""
    return SHAPES[name].format
