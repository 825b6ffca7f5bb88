"""Which nodes and connections of a flow the chart of one procedure shows, and in which rows viewflow would lay them.

A flow with several beginnings says in ``only_for`` which nodes, or connections, only some procedures come to. What the
others leave out is not drawn for them, and neither is a gateway left with one way out: nothing is decided there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from viewflow.workflow.chart import Grid, calc_layout_data

OnlyFor = Mapping[str | tuple[str, str], Collection[str]]


@dataclass(frozen=True, slots=True)
class Link:
    """A connection; ``through`` are the gateways left out on the way."""

    source: str
    target: str
    label: str
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and links of a chart, and viewflow's layout of them, from which rows and order are taken."""

    grid: Grid
    nodes: tuple[Any, ...]
    links: tuple[Link, ...]


@dataclass(eq=False)
class _Part:
    """A node as viewflow's layout is to see it: with the connections that are drawn."""

    node: Any
    into: list[Any] = field(default_factory=list)
    out: list[Any] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.node, name)

    def _incoming(self) -> list[Any]:
        return self.into

    def _outgoing(self) -> list[Any]:
        return self.out


def graph_of(flow_class: Any, procedure: str) -> Graph:
    """What is drawn of the flow for cases of a procedure; all of it where the flow keeps nothing for some."""
    only_for: OnlyFor = getattr(flow_class, "only_for", {})

    def shown(part: str | tuple[str, str]) -> bool:
        return part not in only_for or procedure in only_for[part]

    nodes = {node.name: node for node in flow_class.instance.nodes() if _drawable(node) and shown(node.name)}
    links = [
        Link(edge.src.name, edge.dst.name, edge.label or "")
        for node in nodes.values()
        for edge in node._incoming()
        if edge.src.name in nodes and shown((edge.src.name, edge.dst.name))
    ]
    for name in [name for name, node in nodes.items() if node.bpmn_element == "exclusiveGateway"]:
        ways = [link for link in links if link.source == name]
        if len(ways) == 1:
            del nodes[name]
            links = _bypassed(links, name, ways[0])
    grid = _laid_out(nodes, links)
    return Graph(grid, tuple(cell.node for cell in grid.cells), tuple(links))


def _drawable(node: Any) -> bool:
    return bool(getattr(node, "bpmn_element", None))


def _bypassed(links: list[Link], name: str, way: Link) -> list[Link]:
    """The links without a node: whoever led to it leads on to where it led."""
    return [
        Link(link.source, way.target, link.label, (*link.through, name, *way.through)) if link.target == name else link
        for link in links
        if link is not way
    ]


def _laid_out(nodes: Mapping[str, Any], links: list[Link]) -> Grid:
    parts = {name: _Part(node) for name, node in nodes.items()}
    for link in links:
        source, target = parts[link.source], parts[link.target]
        edge = SimpleNamespace(src=source, dst=target, label=link.label, edge_class=None)
        source.out.append(edge)
        target.into.append(edge)
    return calc_layout_data(SimpleNamespace(instance=SimpleNamespace(nodes=parts.values)))
