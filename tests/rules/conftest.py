"""Properties of the rules run without a time limit per example: a loaded machine is no counterexample."""

from hypothesis import settings

settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
