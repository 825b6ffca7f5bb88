"""The drawing of the process: well formed, showing where the case stands, the same in the BPMN file."""

from importlib.resources import files
from itertools import combinations
from xml.etree.ElementTree import fromstring

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from lxml import etree
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from cases.models import Procedure
from tests.casepage.conftest import C_CLASS, THREE_ROUNDS
from workflow.bpmn import CANVAS, DIAGRAM, LINES, MODEL, bpmn_of
from workflow.chart import TITLE_EM, chart_of, wrapped
from workflow.diagram import diagram_of
from workflow.flows.escalation import EscalationFlow
from workflow.flows.listing import DelistingFlow, ListingFlow
from workflow.flows.main_supervision import MainSupervisionFlow
from workflow.models import CaseProcess

PROCEDURES = [Procedure.MAIN, Procedure.EVENT, Procedure.REVIEW]
NAMES = {node.name for node in MainSupervisionFlow.instance.nodes() if node.name != "obsolete"}
each_procedure = pytest.mark.parametrize("procedure", PROCEDURES)


def names_of(procedure):
    return set(chart_of(MainSupervisionFlow, procedure).nodes)


def drawn(case):
    diagram = diagram_of(CaseProcess.objects.get(case=case))
    markup = render_to_string("workflow/cases/diagram.html", {"diagram": diagram})
    return diagram, markup


@pytest.mark.django_db
def test_the_drawing_shows_what_is_done_and_where_the_case_stands(tell):
    diagram, markup = drawn(tell("hold_interview", outcomes=C_CLASS))
    states = {node.name: node.state for node in diagram.nodes}
    assert diagram.current == ("hold_interview",)
    assert states["file_province"] == "done"
    assert states["return_visit"] == ""
    svg = fromstring(markup)
    current = [part for part in svg.iter() if part.get("data-current") is not None]
    assert [part.get("data-node") for part in current] == ["hold_interview"]
    assert {part.get("data-node") for part in svg.iter() if part.get("data-node")} == names_of(Procedure.MAIN)


@pytest.mark.django_db
def test_done_steps_carry_who_and_when(tell):
    case = tell("propose_class")
    diagram, _markup = drawn(case)
    inspect = next(node for node in diagram.nodes if node.name == "inspect")
    day = case.opinions.get(step="inspect").decided_at
    assert inspect.texts[-1].words == f"王建国 {day.month}月{day.day}日"


@pytest.mark.django_db
def test_a_node_come_to_again_is_current_again(tell):
    case = tell("decide_grassroots", visits=2, outcomes={"decide_grassroots": ["return_to_opinion"]})
    diagram, _markup = drawn(case)
    assert diagram.current == ("decide_grassroots",)


@pytest.mark.django_db
def test_a_computed_step_that_failed_is_marked(tell):
    case = tell("propose_class")
    Task.objects.filter(process__caseprocess__case=case, flow_task_type="FUNCTION").update(status=STATUS.ERROR)
    diagram, markup = drawn(case)
    assert next(node.state for node in diagram.nodes if node.name == "compute") == "failed"
    assert "system failed" in markup


@pytest.mark.django_db
def test_the_walked_edges_are_marked(tell):
    diagram, _markup = drawn(tell("inspect", visits=2, outcomes=THREE_ROUNDS))
    assert 0 < sum(edge.done for edge in diagram.edges) < len(diagram.edges)


@pytest.mark.django_db
def test_nothing_in_the_drawing_is_styled_or_run(tell):
    _diagram, markup = drawn(tell("inspect"))
    for forbidden in ("style=", "<style", "<script", "onload", "href="):
        assert forbidden not in markup


def test_every_node_is_drawn_for_some_procedure_and_no_beginning_for_another():
    assert set().union(*map(names_of, PROCEDURES)) == NAMES
    starts = {name for name in NAMES if name.startswith("start")}
    assert [names_of(procedure) & starts for procedure in PROCEDURES] == [{"start"}, {"start_event"}, {"start_review"}]


@each_procedure
def test_a_gateway_where_nothing_is_decided_is_not_drawn(procedure):
    chart = chart_of(MainSupervisionFlow, procedure)
    for node in chart.nodes.values():
        if node.element == "exclusiveGateway":
            assert sum(edge.source == node.name for edge in chart.edges) > 1, node.name


@each_procedure
def test_no_two_nodes_overlap_and_everything_lies_inside(procedure):
    chart = chart_of(MainSupervisionFlow, procedure)
    for one, other in combinations(chart.nodes.values(), 2):
        apart = one.right < other.left or other.right < one.left or one.bottom < other.top or other.bottom < one.top
        assert apart, (one.name, other.name)
    for node in chart.nodes.values():
        assert node.left >= 0
        assert node.top >= 0
        assert node.right <= chart.width
        assert node.bottom <= chart.height


@each_procedure
def test_no_edge_runs_through_a_node(procedure):
    chart = chart_of(MainSupervisionFlow, procedure)
    for edge in chart.edges:
        for start, end in zip(edge.points, edge.points[1:], strict=False):
            assert start[0] == end[0] or start[1] == end[1], edge
            for node in chart.nodes.values():
                if node.name in (edge.source, edge.target):
                    continue
                (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
                clear = right <= node.left or left >= node.right or bottom <= node.top or top >= node.bottom
                assert clear, (edge.source, edge.target, node.name)


@each_procedure
def test_the_rows_of_viewflow_are_merged(procedure):
    assert len({node.y for node in chart_of(MainSupervisionFlow, procedure).nodes.values()}) <= 4


@each_procedure
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_titles_fit_their_boxes(language, procedure):
    with translation.override(language):
        chart = chart_of(MainSupervisionFlow, procedure)
    assert all(len(node.lines) <= 3 for node in chart.nodes.values())


def bpmn(procedure):
    with translation.override("en"):
        return fromstring(bpmn_of(MainSupervisionFlow, procedure))


@pytest.fixture(scope="module")
def omg_schema():
    """The OMG's own schema, which the workflow engine SpiffWorkflow carries along."""
    return etree.XMLSchema(file=str(files("SpiffWorkflow.bpmn.parser.schema") / "BPMN20.xsd"))


FLOWS = [
    *((MainSupervisionFlow, procedure) for procedure in PROCEDURES),
    (ListingFlow, Procedure.LISTING),
    (DelistingFlow, Procedure.DELISTING),
    (EscalationFlow, Procedure.ESCALATION),
]


@pytest.mark.parametrize(("flow", "procedure"), FLOWS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_file_is_valid_under_the_schema_of_the_omg(omg_schema, language, flow, procedure):
    with translation.override(language):
        document = etree.fromstring(bpmn_of(flow, procedure))
    omg_schema.validate(document)
    assert list(omg_schema.error_log) == []


@each_procedure
def test_the_file_has_the_structure_of_bpmn(procedure):
    root = bpmn(procedure)
    assert root.tag == f"{{{MODEL}}}definitions"
    assert root.get("targetNamespace")
    process, diagram = root
    assert process.tag == f"{{{MODEL}}}process"
    assert diagram.tag == f"{{{DIAGRAM}}}BPMNDiagram"
    assert diagram[0].get("bpmnElement") == process.get("id")
    ids = [part.get("id") for part in root.iter() if part.get("id")]
    assert len(ids) == len(set(ids))


@each_procedure
def test_every_flow_joins_two_nodes_that_name_it(procedure):
    process = bpmn(procedure)[0]
    nodes = {part.get("id"): part for part in process if not part.tag.endswith("sequenceFlow")}
    flows = [part for part in process if part.tag.endswith("sequenceFlow")]
    assert set(nodes) == names_of(procedure)
    assert len(flows) == len(chart_of(MainSupervisionFlow, procedure).edges)

    def named(node, kind):
        return [part.text for part in nodes[node] if part.tag == f"{{{MODEL}}}{kind}"]

    for flow in flows:
        assert flow.get("id") in named(flow.get("sourceRef"), "outgoing")
        assert flow.get("id") in named(flow.get("targetRef"), "incoming")


@each_procedure
def test_everything_in_the_file_is_drawn(procedure):
    root = bpmn(procedure)
    shapes = {part.get("bpmnElement"): part for part in root.iter(f"{{{DIAGRAM}}}BPMNShape")}
    lines = {part.get("bpmnElement"): part for part in root.iter(f"{{{DIAGRAM}}}BPMNEdge")}
    assert set(shapes) == names_of(procedure)
    assert all(shape[0].tag == f"{{{CANVAS}}}Bounds" for shape in shapes.values())
    flows = {part.get("id") for part in root[0] if part.tag.endswith("sequenceFlow")}
    assert set(lines) == flows
    assert all(len(line.findall(f"{{{LINES}}}waypoint")) >= 2 for line in lines.values())


@pytest.mark.django_db
def test_the_file_is_downloaded_under_the_number_of_the_case(tell, cast, signed_in):
    response = signed_in(cast.lead).get(reverse("case_diagram_bpmn", args=[tell("inspect").pk]))
    assert response["Content-Disposition"].startswith("attachment")
    assert fromstring(response.content).tag == f"{{{MODEL}}}definitions"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("现场检查", ("现场检查",)),
        ("签发责令限期整改通知书", ("签发责令限期", "整改通知书")),
        ("Refer the suspected violation", ("Refer the", "suspected", "violation")),
    ],
)
def test_a_long_title_is_broken_into_even_lines(title, lines):
    assert wrapped(title, TITLE_EM) == lines
