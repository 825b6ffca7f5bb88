"""Reading YAML with line marks: every value is asked for by key and type, every refusal names file, line and reason."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml

Read = TypeVar("Read")

# The C loader reads the same marks ten times faster where libyaml is there.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SOURCE_TAG = re.compile(r"(S[0-4]|[ALPR]|W:[a-z0-9]+)")


class PackError(Exception):
    """A pack that cannot be used: the file, the line (from 1) and the reason."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(file, line, reason)
        self.file = file
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class Value:
    """One YAML node with its place; the readers refuse what is not of the wanted type."""

    def __init__(self, node: yaml.Node, file: str) -> None:
        self.node = node
        self.file = file

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def refuse(self, reason: str) -> NoReturn:
        """Raise PackError at this place."""
        raise PackError(self.file, self.line, reason)

    def text(self) -> str:
        """Text that is not empty; numbers keep their spelling."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag == "tag:yaml.org,2002:null":
            self.refuse("text expected")
        if not self.node.value.strip():
            self.refuse("text is empty")
        return str(self.node.value)

    def integer(self) -> int:
        """A whole number, 0 or more."""
        if not isinstance(self.node, yaml.ScalarNode) or not re.fullmatch(r"\d+", self.node.value):
            self.refuse("whole number expected")
        return int(self.node.value)

    def flag(self) -> bool:
        if not isinstance(self.node, yaml.ScalarNode) or self.node.value not in ("true", "false"):
            self.refuse("true or false expected")
        return bool(self.node.value == "true")

    def decimal(self) -> Decimal:
        try:
            return Decimal(self.text())
        except InvalidOperation:
            self.refuse(f"number expected, not “{self.text()}”")

    def fraction(self) -> Fraction:
        """A share written as 9/10."""
        if not re.fullmatch(r"\d+/[1-9]\d*", self.text()):
            self.refuse(f"fraction like 9/10 expected, not “{self.text()}”")
        return Fraction(self.text())

    def day(self) -> date:
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            self.refuse(f"bad date “{self.text()}”, expected YYYY-MM-DD")

    def month_day(self, year: int) -> date:
        """A day of `year` written as MM-DD."""
        try:
            return date.fromisoformat(f"{year}-{self.text()}")
        except ValueError:
            self.refuse(f"bad day “{self.text()}”, expected MM-DD")

    def choice(self, *allowed: str) -> str:
        if self.text() not in allowed:
            self.refuse(f"“{self.text()}” is none of {', '.join(allowed)}")
        return self.text()

    def source_tag(self) -> str:
        """Source tags of domain 0.1, several separated by a comma and a space: S1, W:zj20."""
        if not all(_SOURCE_TAG.fullmatch(tag) for tag in self.text().split(", ")):
            self.refuse(f"bad source tag “{self.text()}”")
        return self.text()

    def sequence(self) -> list["Value"]:
        if not isinstance(self.node, yaml.SequenceNode):
            self.refuse("list expected")
        return [Value(node, self.file) for node in self.node.value]

    def texts(self) -> tuple[str, ...]:
        """A list of texts, none twice."""
        listed: list[str] = []
        for value in self.sequence():
            if value.text() in listed:
                value.refuse(f"“{value.text()}” stands twice")
            listed.append(value.text())
        return tuple(listed)

    def table(self, required: str = "", optional: str = "") -> "Table":
        """A mapping with exactly these keys (space separated); any keys if neither is given."""
        return Table(self, required.split(), optional.split())

    def plain(self) -> Any:
        """The value as YAML means it, for settings."""
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_document(self.node)
        finally:
            loader.dispose()


class Table:
    """A mapping whose keys have been checked: unknown, missing and repeated ones are refused."""

    def __init__(self, place: Value, required: list[str], optional: list[str]) -> None:
        if not isinstance(place.node, yaml.MappingNode):
            place.refuse("mapping expected")
        self.place = place
        self._values: dict[str, Value] = {}
        free = not required and not optional
        for key_node, value_node in place.node.value:
            key = Value(key_node, place.file)
            if key.text() in self._values:
                key.refuse(f"key “{key.text()}” stands twice")
            if not free and key.text() not in (*required, *optional):
                key.refuse(f"unknown key “{key.text()}”")
            self._values[key.text()] = Value(value_node, place.file)
        missing = [key for key in required if key not in self._values]
        if missing:
            place.refuse(f"missing: {', '.join(missing)}")

    def __getitem__(self, key: str) -> Value:
        return self._values[key]

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        return iter(self._values.items())

    def get(self, key: str, read: Callable[[Value], Read], default: Read) -> Read:
        """What `read` makes of the value, or the default where the key is absent."""
        return read(self._values[key]) if key in self._values else default

    def texts(self) -> dict[str, str]:
        """The whole mapping as texts."""
        return {key: value.text() for key, value in self}


def read_yaml(path: Path) -> Value:
    """The document in a file; broken YAML and empty files are refused like any other fault."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackError(path.name, line, f"not YAML: {error.problem}") from error
    if node is None:
        raise PackError(path.name, 1, "the file is empty")
    return Value(node, path.name)
