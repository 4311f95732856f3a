"""What the code server serves."""

from orchestration.definitions import defs  # noqa: F401  the code server looks for it in this module
