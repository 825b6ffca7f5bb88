"""The process diagram of one case: the chart of its flow, and how far the case has come on it. A template draws it.

All parts carry classes and attributes, never styles, so that it follows the theme under a strict content policy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from django.utils.formats import date_format
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from cases.acting import legal_date
from workflow.chart import SMALL_KINDS, Chart, Edge, Node, Point, chart_of

RADIUS: Final = 8
"""Of the corners of an edge, in pixels."""
LINE: Final = 17
WAITING: Final = (STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED, STATUS.SCHEDULED)
UNDONE: Final = (STATUS.CANCELED, STATUS.REVIVED)


@dataclass(frozen=True, slots=True)
class Text:
    x: int
    y: int
    words: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A node with its state: done, current, failed or empty while it has not been reached."""

    name: str
    kind: str
    state: str
    node: Node
    diamond: str
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    path: str
    arrow: str
    done: bool
    label: Text | None


@dataclass(frozen=True, slots=True)
class Diagram:
    """Everything the template draws."""

    title: str
    width: int
    height: int
    nodes: tuple[DrawnNode, ...]
    edges: tuple[DrawnEdge, ...]
    current: tuple[str, ...]
    """Names of the nodes where the case stands."""


@dataclass(frozen=True, slots=True)
class _State:
    """What the latest task of a node says of it."""

    state: str
    note: str


def diagram_of(process: Any) -> Diagram:
    """The diagram of a process in the current language; two queries."""
    tasks = list(Task._default_manager.filter(process_id=process.pk).select_related("owner").order_by("pk"))
    chart = chart_of(process.flow_class, process.case.procedure)
    return _draw(chart, _states(tasks), _walked(tasks))


def _states(tasks: Iterable[Task]) -> dict[str, _State]:
    """By node, from its latest task that was not taken back."""
    states: dict[str, _State] = {}
    for task in tasks:
        node = task.flow_task
        if node is None or task.status in UNDONE:
            continue
        owner = task.owner.name if task.owner else ""
        if task.status in WAITING:
            states[node.name] = _State("current", owner)
        elif task.status == STATUS.ERROR:
            states[node.name] = _State("failed", "")
        else:
            day = date_format(legal_date(task.finished), "MONTH_DAY_FORMAT") if task.finished else ""
            states[node.name] = _State("done", f"{owner} {day}".strip() if node.task_type == "HUMAN" else day)
    return states


def _walked(tasks: Iterable[Task]) -> set[tuple[str, str]]:
    """The edges that tokens have gone, as pairs of node names."""
    names = {task.pk: task.flow_task.name for task in tasks if task.flow_task is not None}
    links = Task.previous.through._default_manager.filter(from_task_id__in=names)
    steps = links.values_list("to_task_id", "from_task_id")
    return {(names[before], names[after]) for before, after in steps if before in names and after in names}


def _draw(chart: Chart, states: dict[str, _State], walked: set[tuple[str, str]]) -> Diagram:
    edges = tuple(_edge(edge, chart, _was_walked(edge, walked)) for edge in chart.edges)
    nodes = tuple(_node(node, states.get(node.name, _State("", ""))) for node in chart.nodes.values())
    return Diagram(
        title=chart.title,
        width=chart.width,
        height=chart.height,
        nodes=nodes,
        edges=tuple(sorted(edges, key=lambda edge: edge.done)),  # what was walked lies on top
        current=tuple(node.name for node in nodes if node.state == "current"),
    )


def _was_walked(edge: Edge, walked: set[tuple[str, str]]) -> bool:
    stops = (edge.source, *edge.through, edge.target)
    return all(pair in walked for pair in pairwise(stops))


def _node(node: Node, state: _State) -> DrawnNode:
    small = node.kind in SMALL_KINDS
    texts = _beside(node) if small else _inside(node, state.note)
    half = node.width // 2
    return DrawnNode(
        name=node.name,
        kind=node.kind,
        state=state.state,
        node=node,
        diamond=f"M{node.x},{node.top}L{node.right},{node.y}L{node.x},{node.bottom}L{node.x - half},{node.y}Z",
        texts=texts,
    )


def _inside(node: Node, note: str) -> tuple[Text, ...]:
    """The title in the middle of the box, with who and when beneath it."""
    rows = [(line, "") for line in node.lines] + ([(note, "note-text")] if note else [])
    first = node.y - (len(rows) - 1) * LINE // 2
    return tuple(Text(node.x, first + number * LINE, line, css) for number, (line, css) in enumerate(rows))


def _beside(node: Node) -> tuple[Text, ...]:
    """The title above a small shape, its last line nearest; events have theirs beneath, where no edge leaves."""
    if node.kind == "event":
        return tuple(
            Text(node.x, node.bottom + 14 + number * LINE, line, "side-text") for number, line in enumerate(node.lines)
        )
    last = node.top - 12
    lines = reversed(node.lines)
    return tuple(Text(node.x, last - number * LINE, line, "side-text") for number, line in enumerate(lines))


def _edge(edge: Edge, chart: Chart, done: bool) -> DrawnEdge:
    label = _label(edge, chart) if edge.label else None
    return DrawnEdge(path=_rounded(edge.points), arrow=_arrow(edge.points), done=done, label=label)


def _label(edge: Edge, chart: Chart) -> Text:
    """On the long stretch of a way round, else beside the way out."""
    (x, y), (next_x, next_y) = edge.points[0], edge.points[1]
    if len(edge.points) == 4:
        second, third = edge.points[1], edge.points[2]
        side = 46 if third[0] > second[0] else -46
        return Text(second[0] + side, second[1], edge.label, "edge-label")
    if y == next_y:
        return Text((x + next_x) // 2 if next_x - x < 120 else x + 50, y - 9, edge.label, "edge-label")
    away = 26 if next_y > y else -46
    return Text(x + 6, y + away, edge.label, "edge-label edge-label-start")


def _rounded(points: tuple[Point, ...]) -> str:
    """An SVG path through the points with rounded corners, ending before the arrow head."""
    parts = [f"M{points[0][0]},{points[0][1]}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        entry, leave = _towards(corner, before), _towards(corner, after)
        parts.append(f"L{entry[0]},{entry[1]}Q{corner[0]},{corner[1]} {leave[0]},{leave[1]}")
    end = _towards(points[-1], points[-2], 7)
    return "".join([*parts, f"L{end[0]},{end[1]}"])


def _arrow(points: tuple[Point, ...]) -> str:
    (x, y), (from_x, from_y) = points[-1], points[-2]
    if y == from_y:
        back = -9 if x > from_x else 9
        return f"{x},{y} {x + back},{y - 5} {x + back},{y + 5}"
    back = -9 if y > from_y else 9
    return f"{x},{y} {x - 5},{y + back} {x + 5},{y + back}"


def _towards(start: Point, end: Point, reach: int = RADIUS) -> Point:
    """The point `reach` pixels from `start` in the direction of `end`, at most half way."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = max(abs(across), abs(down))
    step = min(reach, length // 2)
    return (start[0] + (across * step // length if length else 0), start[1] + (down * step // length if length else 0))
