"""What the daemon's runs find imported."""

from orchestration import ready  # noqa: F401  importing it is all that is wanted
