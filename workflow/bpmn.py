"""A flow as a BPMN 2.0 file with its drawing, for any modeller that reads the OMG's format."""

from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from workflow.chart import Chart, Edge, Node, chart_of

MODEL: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
CANVAS: Final = "http://www.omg.org/spec/DD/20100524/DC"
LINES: Final = "http://www.omg.org/spec/DD/20100524/DI"
CONTENT_TYPE: Final = "application/bpmn+xml"

for _prefix, _address in (("bpmn", MODEL), ("bpmndi", DIAGRAM), ("dc", CANVAS), ("di", LINES)):
    register_namespace(_prefix, _address)


def bpmn_of(flow_class: Any, procedure: str) -> bytes:
    """The flow of a procedure in the current language, as UTF-8 XML; nodes without a counterpart are left out."""
    chart = chart_of(flow_class, procedure)
    name = f"{flow_class.__name__}_{procedure}"
    definitions = Element(
        f"{{{MODEL}}}definitions", {"id": f"definitions_{name}", "targetNamespace": f"urn:zhijian:{name}"}
    )
    process = SubElement(definitions, f"{{{MODEL}}}process", {"id": name, "name": chart.title, "isExecutable": "false"})
    for node in chart.nodes.values():
        _add_node(process, node, chart)
    for edge in chart.edges:
        label = {"name": edge.label} if edge.label else {}
        SubElement(
            process,
            f"{{{MODEL}}}sequenceFlow",
            {"id": _flow_id(edge), **label, "sourceRef": edge.source, "targetRef": edge.target},
        )
    _add_drawing(definitions, name, chart)
    return tostring(definitions, encoding="utf-8", xml_declaration=True)


def _flow_id(edge: Edge) -> str:
    return f"flow_{edge.source}__{edge.target}"


def _add_node(process: Element, node: Node, chart: Chart) -> None:
    """One flow node with the flows that come in and go out, in the order the schema asks for."""
    title = {"name": node.title} if node.title else {}
    element = SubElement(process, f"{{{MODEL}}}{node.element}", {"id": node.name, **title})
    for edge in chart.edges:
        if edge.target == node.name:
            SubElement(element, f"{{{MODEL}}}incoming").text = _flow_id(edge)
    for edge in chart.edges:
        if edge.source == node.name:
            SubElement(element, f"{{{MODEL}}}outgoing").text = _flow_id(edge)


def _add_drawing(definitions: Element, name: str, chart: Chart) -> None:
    diagram = SubElement(definitions, f"{{{DIAGRAM}}}BPMNDiagram", {"id": f"diagram_{name}"})
    plane = SubElement(diagram, f"{{{DIAGRAM}}}BPMNPlane", {"id": f"plane_{name}", "bpmnElement": name})
    for node in chart.nodes.values():
        shape = SubElement(plane, f"{{{DIAGRAM}}}BPMNShape", {"id": f"shape_{node.name}", "bpmnElement": node.name})
        bounds = {"x": node.left, "y": node.top, "width": node.width, "height": node.height}
        SubElement(shape, f"{{{CANVAS}}}Bounds", {key: str(value) for key, value in bounds.items()})
    for edge in chart.edges:
        line = SubElement(
            plane, f"{{{DIAGRAM}}}BPMNEdge", {"id": f"line_{_flow_id(edge)}", "bpmnElement": _flow_id(edge)}
        )
        for x, y in edge.points:
            SubElement(line, f"{{{LINES}}}waypoint", {"x": str(x), "y": str(y)})
