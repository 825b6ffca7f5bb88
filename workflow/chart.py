"""Where the nodes and edges of a flow stand when it is drawn: the one geometry of our diagram and of the BPMN file.

Viewflow's chart layout finds the order, the rows and the labels of the edges, but it opens a row for every branch and
puts a join left of what it joins: thirteen rows for the main process. Here columns are the longest way from the start,
and rows that share no column are merged, so that the main line is one line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.chart import Grid

from workflow.chart_graph import Graph, Link, graph_of

Point = tuple[int, int]

TASK_WIDTH, TASK_HEIGHT = 136, 72
SMALL = 40
"""Width and height of gateways and events."""
WIDE_COLUMN, NARROW_COLUMN = 172, 116
LANE_GAP, TRACK, MARGIN = 44, 9, 20
FOOT = 16
"""Room under the lowest lane for the titles of events, which stand beneath them."""
TITLE_EM, LABEL_EM = 8.4, 7.0
"""Widest line of a task's title (14 px) and of a label beside a small shape (12 px), in em."""

EDGE_TITLES: Final[Mapping[tuple[str, str], Promise]] = {
    ("opinion", "through_city"): _("agreed"),
    ("opinion", "inspect"): _("inspect again"),
    ("opinion", "propose_class"): _("opinion again"),
    ("opinion", "desk_check"): _("papers again"),
    ("opinion", "compute_event"): _("basis anew"),
    ("opinion", "rejected"): _("rejected"),
    ("approved", "assign_inspectors"): _("yes"),
    ("approved", "not_inspected"): _("no"),
    ("approved", "desk_check"): _("no"),
    ("interviewed", "draft_order"): _("held"),
    ("interviewed", "draft_interview"): _("no-show: summon again"),
    ("interviewed", "escalate"): _("no-show again"),
    ("visited", "together"): _("passed"),
    ("visited", "draft_order"): _("partly: order again"),
    ("visited", "escalate"): _("failed"),
    ("measures", "withdraw_honours"): _("if it holds honours"),
    ("decision", "wait_for_review"): _("taken over"),
    ("decision", "draft_listing_notice"): _("listed"),
    ("decision", "refused"): _("refused"),
    ("lifting", "draft_lift"): _("lifted"),
    ("lifting", "ask_lifting"): _("watch on"),
    ("lifting", "draft_listing_notice"): _("notice void"),
    ("lifting", "referred"): _("referred"),
}
"""What the ways out of a switch mean, by the names of source and target; an if says yes and no by itself."""

LEADS_BACK: Final = frozenset({("opinion", "inspect"), ("opinion", "desk_check")})
"""Ways back that the order of the flow does not show as such, where it comes to their end by another way first."""
AFTER: Final = (("approved", "inspect"),)
"""Nodes that stand right of another without a way between them, so that no way back runs through them."""

SMALL_KINDS: Final = ("gateway", "event")
_KINDS: Final[Mapping[str, str]] = {
    "userTask": "task",
    "startEvent": "event",
    "endEvent": "event",
    "exclusiveGateway": "gateway",
    "parallelGateway": "gateway",
    "complexGateway": "gateway",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the flow; `x` and `y` are its centre. `kind`: task (by a person), system, gateway or event."""

    name: str
    title: str
    kind: str
    element: str
    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]

    @property
    def left(self) -> int:
        return self.x - self.width // 2

    @property
    def top(self) -> int:
        return self.y - self.height // 2

    @property
    def right(self) -> int:
        return self.x + self.width // 2

    @property
    def bottom(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Edge:
    """A connection with its corner points, from source to target."""

    source: str
    target: str
    label: str
    points: tuple[Point, ...]
    through: tuple[str, ...] = ()
    """Gateways left out on the way, where nothing is decided in this procedure."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn flow; sizes in pixels."""

    title: str
    width: int
    height: int
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]


def chart_of(flow_class: Any, procedure: str) -> Chart:
    """The chart of a flow for cases of a procedure, in the current language; laid out once each."""
    return _chart(flow_class, str(procedure), get_language() or "")


@lru_cache(maxsize=64)
def _chart(flow_class: Any, procedure: str, language: str) -> Chart:
    graph = graph_of(flow_class, procedure)
    links = [(link.source, link.target) for link in graph.links]
    names = [node.name for node in graph.nodes]
    order = [pair for pair in (*links, *AFTER) if pair not in LEADS_BACK and set(pair) <= set(names)]
    columns = _columns(names, order)
    lanes = _lanes(graph.grid, columns, links)
    return _Drawing(flow_class, graph, columns, lanes).chart()


def _columns(names: Iterable[str], links: list[tuple[str, str]]) -> dict[str, int]:
    """The longest way from the start, edges that lead back left out."""
    forward: dict[str, list[str]] = {name: [] for name in names}
    for source, target in links:
        forward[source].append(target)
    state: dict[str, int] = {}  # 1: on the way now, 2: left for good
    order: list[str] = []

    def walk(name: str) -> None:
        state[name] = 1
        for target in list(forward[name]):
            if state.get(target) == 1:
                forward[name].remove(target)
            elif target not in state:
                walk(target)
        state[name] = 2
        order.append(name)

    targets = {target for _source, target in links}
    for name in sorted(forward, key=lambda name: name in targets):
        if name not in state:
            walk(name)
    columns = dict.fromkeys(forward, 0)
    for name in reversed(order):
        for target in forward[name]:
            columns[target] = max(columns[target], columns[name] + 1)
    return columns


def _lanes(grid: Grid, columns: Mapping[str, int], links: list[tuple[str, str]]) -> dict[str, int]:
    """Viewflow's rows merged: 0 is the main line, negative lanes lie above it."""
    rows: dict[tuple[int, int], list[str]] = {}
    row_of = {cell.node.name: cell.row for cell in grid.cells if cell.node.name in columns}
    for name in sorted(columns, key=lambda name: columns[name]):
        strand = 0  # a row in which two nodes have come to share a column is parted
        while any(columns[other] == columns[name] for other in rows.get((row_of[name], strand), ())):
            strand += 1
        rows.setdefault((row_of[name], strand), []).append(name)
    before = {target: source for source, target in links if columns[source] < columns[target]}
    taken: dict[int, set[int]] = {}
    lanes: dict[str, int] = {}
    # Strands of the main line come first: the longest, and those that go on in a row of their own.
    for names in sorted(rows.values(), key=lambda names: (-len(names), columns[names[0]])):
        mine = {columns[name] for name in names}
        parent = before.get(names[0])
        above = parent is not None and row_of[names[0]] < row_of[parent]
        step = -1 if above else 1
        lane = 0
        while taken.setdefault(lane, set()) & mine:
            lane += step
        taken[lane] |= mine
        lanes.update(dict.fromkeys(names, lane))
    return lanes


class _Drawing:
    """Turns columns and lanes into pixels and finds the way of every edge."""

    def __init__(self, flow_class: Any, graph: Graph, columns: Mapping[str, int], lanes: Mapping[str, int]) -> None:
        self.flow_class, self.drawn = flow_class, graph.nodes
        self.columns, self.lanes = columns, lanes
        self.occupied = {(lanes[name], columns[name]) for name in columns}
        self.tracks: dict[int, list[list[tuple[int, int]]]] = {}
        self.links = sorted(graph.links, key=lambda link: abs(columns[link.source] - columns[link.target]))

    def chart(self) -> Chart:
        detours = {link: self._track(link) for link in self.links if self._needs_detour(link)}
        centres = self._column_centres()
        lane_centres, height = self._lane_centres()
        nodes = {}
        for node in self.drawn:
            name = node.name
            kind = _KINDS.get(node.bpmn_element, "system")
            small = kind in SMALL_KINDS
            title = _title(node)
            nodes[name] = Node(
                name=name, title=title, kind=kind, element=node.bpmn_element,
                x=centres[self.columns[name]], y=lane_centres[self.lanes[name]],
                width=SMALL if small else TASK_WIDTH, height=SMALL if small else TASK_HEIGHT,
                lines=wrapped(title, LABEL_EM if small else TITLE_EM),
            )  # fmt: skip
        edges = tuple(
            Edge(
                source=link.source,
                target=link.target,
                label=self._label(link),
                points=self._points(nodes[link.source], nodes[link.target], detours.get(link)),
                through=link.through,
            )
            for link in self.links
        )
        width = max(node.right for node in nodes.values()) + MARGIN
        return Chart(str(self.flow_class.process_title), width, height, nodes, edges)

    def _label(self, link: Link) -> str:
        first = link.through[0] if link.through else link.target
        words = EDGE_TITLES.get((link.source, first))
        if words is not None:
            return str(words)
        return {"yes": gettext("yes"), "no": gettext("no")}.get(link.label, "")

    # --- columns and lanes in pixels ---------------------------------------------------------------------------------

    def _column_centres(self) -> dict[int, int]:
        wide = {self.columns[node.name] for node in self.drawn if _KINDS.get(node.bpmn_element) not in SMALL_KINDS}
        centres, x = {}, MARGIN
        for column in range(max(self.columns.values()) + 1):
            width = WIDE_COLUMN if column in wide else NARROW_COLUMN
            centres[column] = x + width // 2
            x += width
        return centres

    def _lane_centres(self) -> tuple[dict[int, int], int]:
        """Centre of each lane, and the height of all; tracks run above the main line and below what lies under it."""
        centres, y = {}, MARGIN
        for lane in range(min(self.lanes.values()), max(self.lanes.values()) + 1):
            y += self._room(lane) if lane <= 0 else 0
            centres[lane] = y + TASK_HEIGHT // 2
            y += TASK_HEIGHT
            if lane > 0:
                y += self._room(lane)
            if not self._room(lane + 1) or lane >= 0:
                y += LANE_GAP
        return centres, y - LANE_GAP + MARGIN + FOOT

    def _room(self, lane: int) -> int:
        tracks = len(self.tracks.get(lane, []))
        return LANE_GAP // 2 + tracks * TRACK if tracks else 0

    # --- edges -------------------------------------------------------------------------------------------------------

    def _needs_detour(self, link: Link) -> bool:
        source, target = link.source, link.target
        if self.columns[target] <= self.columns[source]:
            return True
        return not (self._down_first(source, target) or self._along_first(source, target))

    def _down_first(self, source: str, target: str) -> bool:
        """Whether one can leave the source up or down and go along the target's lane."""
        here, there = self.lanes[source], self.lanes[target]
        start = self.columns[source] + (1 if here == there else 0)
        return self._free_lane(there, start, self.columns[target]) and self._free_column(
            self.columns[source], here, there
        )

    def _along_first(self, source: str, target: str) -> bool:
        """Whether one can go along the source's lane and enter the target from above or below."""
        here, there = self.lanes[source], self.lanes[target]
        return (
            here != there
            and self._free_lane(here, self.columns[source] + 1, self.columns[target] + 1)
            and self._free_column(self.columns[target], here, there)
        )

    def _free_lane(self, lane: int, first: int, end: int) -> bool:
        return not any((lane, column) in self.occupied for column in range(first, end))

    def _free_column(self, column: int, here: int, there: int) -> bool:
        low, high = sorted((here, there))
        return not any((lane, column) in self.occupied for lane in range(low + 1, high))

    def _track(self, link: Link) -> int:
        """The number of a track beside the source's lane on which nothing else runs between the two columns."""
        span = sorted((self.columns[link.source], self.columns[link.target]))
        tracks = self.tracks.setdefault(self.lanes[link.source], [])
        for number, track in enumerate(tracks):
            if all(span[1] < first or last < span[0] for first, last in track):
                track.append((span[0], span[1]))
                return number
        tracks.append([(span[0], span[1])])
        return len(tracks) - 1

    def _points(self, source: Node, target: Node, track: int | None) -> tuple[Point, ...]:
        if track is not None:
            return _over(source, target, track, below=self.lanes[source.name] > 0)
        if source.y == target.y:
            return ((source.right, source.y), (target.left, target.y))
        if self._down_first(source.name, target.name):
            start = source.bottom if target.y > source.y else source.top
            return ((source.x, start), (source.x, target.y), (target.left, target.y))
        end = target.top if target.y > source.y else target.bottom
        return ((source.right, source.y), (target.x, source.y), (target.x, end))


def _over(source: Node, target: Node, track: int, *, below: bool) -> tuple[Point, ...]:
    """Out at the top (or bottom), along the track, and in from the same side."""
    reach = TASK_HEIGHT // 2 + LANE_GAP // 2 + track * TRACK
    y = source.y + reach if below else source.y - reach
    if below:
        return ((source.x, source.bottom), (source.x, y), (target.x, y), (target.x, target.bottom))
    return ((source.x, source.top), (source.x, y), (target.x, y), (target.x, target.top))


def _title(node: Any) -> str:
    """The node's title; none for a gateway that viewflow merely named after itself."""
    title = str(node.task_title or "")
    named = _KINDS.get(node.bpmn_element) == "gateway" and title == " ".join(node.name.capitalize().split("_"))
    return "" if named else title


def wrapped(title: str, most: float) -> tuple[str, ...]:
    """Lines of about equal width, none wider than `most` em where words allow; Chinese breaks anywhere."""
    words = _words(title)
    total = sum(_em(word) for word in words)
    goal = total / max(1, ceil(total / most))
    lines, line = [], ""
    for word in words:
        longer = line + word
        if line.strip() and (_em(longer.strip()) > most or _em(line.strip()) >= goal - 0.01):
            lines.append(line.strip())
            longer = word
        line = longer
    return tuple(part for part in (*lines, line.strip()) if part)


def _words(title: str) -> list[str]:
    """Pieces between which a line may break: a Chinese character, or a word with the space after it."""
    pieces, word = [], ""
    for character in title:
        if ord(character) > 0x2E80:
            pieces += [word, character] if word else [character]
            word = ""
        else:
            word += character
            if character == " ":
                pieces.append(word)
                word = ""
    return [*pieces, word] if word else pieces


def _em(text: str) -> float:
    return sum(1.0 if ord(character) > 0x2E80 else 0.56 for character in text)
