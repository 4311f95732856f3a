"""The service of a test: the house with one indicator, and a sensor that looks as often as the
daemon lets it. What is tested is how a run comes about and where its history goes, not what it counts.

Each part is a program of its own, and changes the house for itself: `python -m tests.few serve …` names them. All of
them have to: they stage one project in one folder.
"""

from orchestration import events, project
from tests import few

project._sources = few.sources(frozenset({"ind_volume"}))
events.landing_sensor._min_interval = 1
