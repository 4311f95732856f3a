"""What the code server serves."""

from orchestration.definitions import defs  # noqa: F401
