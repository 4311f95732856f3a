"""What the daemon's runs find imported."""

from orchestration import ready  # noqa: F401
