"""A variant of a variant, and a variant of an extended file that is removed."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from booth import BOOTH

import bcpsim


def written(folder: Path, variants: dict[str, Any], **more: Any) -> Path:
    """Write the border with other variants."""
    scenario = {**copy.deepcopy(BOOTH), "variants": variants, **more}
    path = folder / "booth.yaml"
    path.write_text(yaml.safe_dump(scenario, sort_keys=False), "utf-8")
    return path


def lanes(path: Path, variant: str) -> int:
    scenario = bcpsim.load(path, variant=variant).scenario
    return sum(group.count for group in scenario.stops["booths"].lanes)


def test_a_variant_has_what_the_one_that_it_extends_changes(tmp_path: Path) -> None:
    variants = {
        "night": {"extends": "three", "horizon": {"duration": "8 h"}},
        "three": {"stops": {"booths": {"lanes": 3, "title": "Three"}}},
        "four": {"extends": "night", "stops": {"booths": {"lanes": 4}}},
    }
    path = written(tmp_path, variants)
    assert bcpsim.variant_names(path) == ["base", "night", "three", "four"]
    assert [lanes(path, name) for name in bcpsim.variant_names(path)] == [1, 3, 3, 4]
    four = bcpsim.load(path, variant="four").scenario
    assert (four.horizon.duration, four.stops["booths"].title) == (480, "Three")
    assert bcpsim.load(path, variant="three").scenario.horizon.duration == 1440


def test_null_in_a_variant_removes_what_it_extends_or_the_base_has(tmp_path: Path) -> None:
    area = {"stops": {"booths": {"waiting_area": "yard"}}, "areas": {"yard": {"places": 3}}}
    variants = {
        "yard": area,
        "open": {"extends": "yard", "stops": {"booths": {"waiting_area": None, "title": None}}},
    }
    path = written(tmp_path, variants)
    booths = bcpsim.load(path, variant="open").scenario.stops["booths"]
    assert (booths.waiting_area, booths.title) == (None, None)


def test_what_two_variants_extend_is_made_once_and_is_no_disagreement(tmp_path: Path) -> None:
    shifts = [{"from": "00:00", "to": "24:00", "count": 3}]
    variants = {
        "two": {"stops": {"booths": {"lanes": 2}}},
        "three": {"extends": "two", "stops": {"booths": {"lanes": 3}}},
        "staffed": {"extends": "two", "officers": {"guards": {"shifts": shifts}}},
        "five": {"extends": "two", "stops": {"booths": {"lanes": 5}}},
    }
    path = written(tmp_path, variants)
    assert lanes(path, "three+staffed") == lanes(path, "staffed+three") == 3
    assert lanes(path, "two+three") == 3
    with pytest.raises(bcpsim.ScenarioError, match="is set by 'five' here and by 'three'"):
        bcpsim.load(path, variant="three+five")


def test_a_file_that_extends_another_removes_and_extends_its_variants(tmp_path: Path) -> None:
    parent = written(tmp_path, {"two": {"stops": {"booths": {"lanes": 2}}}, "gone": {"title": "x"}})
    child = tmp_path / "child.yaml"
    variants = {"gone": None, "more": {"extends": "two", "title": "More"}, "two": {"title": "Two"}}
    child.write_text(yaml.safe_dump({"extends": parent.name, "variants": variants}), "utf-8")
    assert bcpsim.variant_names(child) == ["base", "two", "more"]
    assert lanes(child, "more") == lanes(child, "two") == 2
    assert bcpsim.load(child, variant="two").scenario.title == "Two"
