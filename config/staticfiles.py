"""Static files without viewflow's: its wheel does not survive manifest storage, and we show none of its pages."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class ProjectStaticFiles(StaticFilesConfig):
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "viewflow", "guardian"]
