"""Values set from outside a file, and the shares beside them."""

from __future__ import annotations

import pytest

import bcpsim
from bcpsim.files.document import Document, Mark, parse_document
from bcpsim.scenario.overriding import can_be_set, with_overrides

TEXT = """
classes: {car: {attributes: {documents: {eu: 60 %, visa: 30 %, other: 10 %}}}}
traffic: {cars: {classes: {car: 80 %, truck: 20 %}}}
officers: {guards: {skills: {passport: 0.6, goods: 0.4}}}
activities:
  check:
    duration:
      - time:
          distribution: mixture
          parts: [{share: 0.5, time: 1 min}, {share: 0.3, time: 2 min}, {share: 0.2, time: 9 min}]
workflow: {steps: {a: {next: {released: 95 %, goods: 4 %, refused: 1 %}}}}
"""


@pytest.fixture
def document() -> Document:
    return parse_document(TEXT, "f.yaml")


def test_shares_beside_one_that_is_set_keep_their_proportions(document: Document) -> None:
    found = with_overrides(document, {"workflow.steps.a.next.goods": "20 %"}).data
    shares = found["workflow"]["steps"]["a"]["next"]
    assert shares["goods"] == "20 %"
    assert shares["released"] == pytest.approx(0.8 * 95 / 96)
    assert shares["refused"] == pytest.approx(0.8 * 1 / 96)


def test_of_three_shares_the_one_that_is_not_set_takes_the_rest(document: Document) -> None:
    way = "classes.car.attributes.documents"
    found = with_overrides(document, {f"{way}.eu": "50 %", f"{way}.visa": "20 %"}).data
    shares = found["classes"]["car"]["attributes"]["documents"]
    assert shares == {"eu": "50 %", "visa": "20 %", "other": pytest.approx(0.3)}


def test_a_new_share_takes_from_the_others(document: Document) -> None:
    found = with_overrides(document, {"traffic.cars.classes.bus": "10 %"}).data
    assert found["traffic"]["cars"]["classes"] == {
        "car": pytest.approx(0.72),
        "truck": pytest.approx(0.18),
        "bus": "10 %",
    }


def test_parts_of_a_mixture_are_shares(document: Document) -> None:
    found = with_overrides(document, {"activities.check.duration.0.time.parts.2.share": "0.6"}).data
    parts = found["activities"]["check"]["duration"][0]["time"]["parts"]
    assert [part["share"] for part in parts] == [pytest.approx(0.25), pytest.approx(0.15), 0.6]


def test_paces_are_no_shares(document: Document) -> None:
    found = with_overrides(document, {"officers.guards.skills.goods": "0.5"}).data
    assert found["officers"]["guards"]["skills"] == {"passport": 0.6, "goods": 0.5}


def test_shares_that_are_all_set_are_left_as_they_are(document: Document) -> None:
    way = "traffic.cars.classes"
    found = with_overrides(document, {f"{way}.car": "50 %", f"{way}.truck": "20 %"}).data
    assert found["traffic"]["cars"]["classes"] == {"car": "50 %", "truck": "20 %"}


def test_a_mistake_is_told_at_the_place_of_the_override(document: Document) -> None:
    with pytest.raises(bcpsim.ScenarioError) as caught:
        with_overrides(document, {"trafic.x": "1"}, {"trafic.x": Mark("sweep.yaml", 3, 5)})
    assert str(caught.value).startswith("sweep.yaml:3:5: trafic: no such field")
    with pytest.raises(bcpsim.ScenarioError, match=r"^overrides: trafic: no such field"):
        with_overrides(document, {"trafic.x": "1"})


@pytest.mark.parametrize(
    ("path", "can"),
    [
        ("traffic.cars.new", True),
        ("activities.check.duration.0", True),
        ("activities.check.duration.1", False),
        ("traffic.trains.new", False),
        (f"activities.check.duration.{'9' * 5000}", False),
    ],
)
def test_where_a_value_may_be_set(document: Document, path: str, can: bool) -> None:
    assert can_be_set(document, path) is can
