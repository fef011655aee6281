"""Results in the formats of other programs, on a border whose events are known by hand."""

from __future__ import annotations

import csv
import gzip
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import openpyxl
import pandas as pd
import pytest
from borders import two_stops
from places import DATA

import bcpsim
from bcpsim.errors import InputError

XES = "{http://www.xes-standard.org/}"
NAMES = {"type": "array", "items": {"type": "object", "required": ["name", "type"]}}
TYPES = {"type": "array", "items": {"required": ["name", "attributes"], "properties": {}}}
LINKS = {
    "type": "array",
    "items": {"required": ["objectId", "qualifier"], "additionalProperties": {"type": "string"}},
}
OCEL = {
    "type": "object",
    "required": ["objectTypes", "eventTypes", "objects", "events"],
    "properties": {
        "objectTypes": TYPES | {"items": {"properties": {"attributes": NAMES}}},
        "eventTypes": TYPES | {"items": {"properties": {"attributes": NAMES}}},
        "objects": {
            "items": {
                "required": ["id", "type"],
                "properties": {
                    "attributes": {"items": {"required": ["name", "time", "value"]}},
                    "relationships": LINKS,
                },
            }
        },
        "events": {
            "items": {
                "required": ["id", "type", "time"],
                "properties": {
                    "time": {"format": "date-time"},
                    "attributes": {"items": {"required": ["name", "value"]}},
                    "relationships": LINKS,
                },
            }
        },
    },
}
"""What OCEL 2.0 asks of a log in JSON, told from its specification."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cars come at 00:00 and 00:04: 10 minutes at the booth, then 5 in the yard."""
    place = tmp_path_factory.mktemp("exports")
    (place / "cars.csv").write_text("at\n2026-04-13T00:00\n2026-04-13T00:04\n", encoding="utf-8")
    scenario = two_stops()
    scenario["classes"] = {"car": {"attributes": {"kind": {"laden": 1.0}}}}
    scenario["variants"] = {"slow": {"activities": {"check": {"duration": "20 min"}}}}
    (place / "border.json").write_text(json.dumps(scenario), encoding="utf-8")
    result = bcpsim.run(place / "border.json", replications=2, variants=["base", "slow"])
    return bcpsim.save(result, place / "result")


def written(folder: Path, to: Any, **more: Any) -> bytes:
    target = bcpsim.export(folder, to=to, force=True, **{"variant": "base", **more})
    content = target.read_bytes()
    return gzip.decompress(content) if target.suffix == ".gz" else content


def test_a_trace_has_queue_start_and_end_of_each_activity_in_order(folder: Path) -> None:
    log = ElementTree.fromstring(written(folder, "xes"))
    first, second = log.findall(f"{XES}trace")
    rows = [
        {one.get("key"): one.get("value") for one in event}
        for event in second.findall(f"{XES}event")
    ]
    assert [
        (row["concept:name"], row["lifecycle:transition"], row["time:timestamp"][11:16])  # type: ignore[index]
        for row in rows
    ] == [
        ("arrival", "complete", "00:04"),
        ("check: check", "schedule", "00:04"),
        ("check: check", "start", "00:10"),
        ("check: check", "complete", "00:20"),
        ("look: look", "schedule", "00:20"),
        ("look: look", "start", "00:20"),
        ("look: look", "complete", "00:25"),
        ("departure", "complete", "00:25"),
    ]
    assert rows[2]["org:group"] == "guard"
    assert "org:resource" not in rows[1]
    about = {one.get("key"): one.get("value") for one in first if one.tag != f"{XES}event"}
    assert about["concept:name"] == "base/0/0"
    assert about["kind"] == "laden"
    assert about["outcome"] == "released"


def test_xes_declares_the_extensions_whose_keys_it_uses(folder: Path) -> None:
    log = ElementTree.fromstring(written(folder, "xes"))
    declared = {one.get("prefix") for one in log.findall(f"{XES}extension")}
    keys = {str(one.get("key")) for one in log.iter() if one.get("key")}
    assert {key.partition(":")[0] for key in keys if ":" in key} == declared
    assert {one.tag.removeprefix(XES) for one in log.iter()} <= {
        *("log", "extension", "global", "classifier", "trace", "event"),
        *("string", "date", "int"),
    }
    times = [one.get("value") for one in log.iter(f"{XES}date")]
    assert all(re.fullmatch(r"[-\dT:.]{23}(Z|[-+]\d\d:\d\d)", str(time)) for time in times)


def test_ocel_has_officers_and_lanes_as_objects(folder: Path) -> None:
    log = json.loads(written(folder, "ocel"))
    jsonschema.validate(log, OCEL)
    known = {one["id"] for one in log["objects"]}
    assert {link["objectId"] for event in log["events"] for link in event["relationships"]} == known
    for kind, of in (("objectTypes", "objects"), ("eventTypes", "events")):
        names = {one["name"]: {a["name"] for a in one["attributes"]} for one in log[kind]}
        for record in log[of]:
            assert {a["name"] for a in record["attributes"]} <= names[record["type"]]
    check = next(event for event in log["events"] if event["type"] == "check: check")
    assert check["time"][11:16] == "00:10"
    assert [link["objectId"] for link in check["relationships"]] == [
        "traveller base/0/0",
        "officer guards/1/1",
        "lane booth: lane 1",
    ]
    assert [event["time"] for event in log["events"]] == sorted(e["time"] for e in log["events"])


def test_vidigi_gets_minutes_and_lanes_by_number(folder: Path) -> None:
    rows = list(csv.DictReader(written(folder, "vidigi").decode().splitlines()))
    second = [
        (row["event_type"], row["event"], float(row["time"]), row["resource_id"])
        for row in rows
        if row["entity_id"] == "1"
    ]
    assert second == [
        ("arrival_departure", "arrival", 4.0, ""),
        ("queue", "booth: queue", 4.0, ""),
        ("resource_use", "booth: check", 10.0, "1"),
        ("resource_use_end", "booth: end", 20.0, "1"),
        ("queue", "yard: queue", 20.0, ""),
        ("resource_use", "yard: check", 20.0, "1"),
        ("resource_use_end", "yard: end", 25.0, "1"),
        ("arrival_departure", "depart", 25.0, ""),
    ]


def test_tables_are_those_of_the_result(folder: Path) -> None:
    kept = pd.read_parquet(folder / "activities.parquet")
    for variant in ("base", "slow"):
        target = bcpsim.export(folder, to="parquet", variant=variant, force=True)
        own = kept[kept["variant"] == variant].reset_index(drop=True)
        pd.testing.assert_frame_equal(pd.read_parquet(target), own)
    assert written(folder, "csv").decode().count("\n") == 1 + 4


def test_another_replication_than_the_one_kept_can_be_had(folder: Path) -> None:
    rows = list(csv.DictReader(written(folder, "csv", replication=1).decode().splitlines()))
    assert {row["replication"] for row in rows} == {"1"}


def test_a_workbook_has_a_sheet_for_each_table_and_no_formula(folder: Path) -> None:
    content = written(folder, "xlsx")
    assert content == written(folder, "xlsx")
    book = openpyxl.load_workbook(bcpsim.export(folder, to="xlsx", variant="base", force=True))
    assert book.sheetnames[:2] == ["Measures", "Measures by hour"]
    cells = {cell.value: cell for row in book["Travellers"].rows for cell in row}
    assert cells["laden"].data_type == "s"
    heads, _, second = book["Travellers"].iter_rows(values_only=True)
    assert str(second[heads.index("arrival (UTC)")]) == "2026-04-13 00:04:00"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"variant": None}, "choose one with variant: base, slow"),
        ({"variant": "fast"}, "no variant 'fast'; found base, slow"),
        ({"replication": 2}, "expected a number from 0 to 1"),
        ({"to": "pdf"}, "to: expected"),
        ({"force": False}, "exists; use force=True"),
    ],
)
def test_what_cant_be_exported_is_told(folder: Path, more: dict[str, Any], message: str) -> None:
    (folder.parent / "result.csv").touch()
    with pytest.raises(bcpsim.InputError, match=re.escape(message)):
        bcpsim.export(folder, **{"to": "csv", "variant": "base", "force": True, **more})


def test_a_replication_that_comes_out_otherwise_is_refused(folder: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    changed.mkdir()
    for file in folder.iterdir():
        if file.is_file() and file.name != "SHA256SUMS":
            (changed / file.name).write_bytes(file.read_bytes())
    table = pd.read_parquet(changed / "replications.parquet")
    waits = (table["measure"] == "waiting_time") & (table["statistic"] == "mean")
    table.loc[waits, "value"] += 1
    table.to_parquet(changed / "replications.parquet", index=False)
    with pytest.raises(bcpsim.InputError, match=r"is 3 when it is simulated again, and 4 in"):
        bcpsim.export(changed, to="csv", variant="base")


def test_a_sweep_is_told_since_each_point_has_a_scenario_of_its_own(tmp_path: Path) -> None:
    swept = tmp_path / "swept"
    bcpsim.sweep(DATA / "sweep.yaml", out=swept)
    with pytest.raises(InputError, match="holds the result of 'bcpsim sweep' of many; expected a"):
        bcpsim.export(swept, to="csv", variant="base")
