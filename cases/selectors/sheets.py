"""A section of a rule pack as a table."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet; `key` is what it is known by in every version."""

    key: str
    cells: tuple[str, ...]
    language: str = ""
    """Of the cells after the first, where it is always the same one."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One section of a pack as a table."""

    code: str
    title: Text
    columns: tuple[Text, ...]
    rows: tuple[Row, ...]
    clause: str = ""
    named_by: int = 1
    """So many cells of a row, the first ones, say which row it is."""
