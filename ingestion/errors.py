"""The one base of every error whose message is for people, in Chinese, without values of rows.

Light on purpose: the command line catches it without importing the rooms that raise it.
"""


class HouseError(Exception):
    """Something that whoever runs the house can mend; the message says what and how."""
