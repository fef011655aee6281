"""Scenarios that Hypothesis makes, with any mix of features."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

import bcpsim
from bcpsim.scenario import LoadedScenario

TIMES = st.sampled_from(
    [
        "0 s",
        "90 s",
        "5 min",
        {"distribution": "exponential", "mean": "2 min"},
        {"distribution": "lognormal", "mean": "3 min", "cv": 1.2},
        {"distribution": "gamma", "mean": "2 min", "cv": 0.5},
        {"distribution": "triangular", "low": "0 s", "mode": "1 min", "high": "6 min"},
        {
            "distribution": "mixture",
            "parts": [{"share": 0.9, "time": "1 min"}, {"share": 0.1, "time": "20 min"}],
        },
        {
            "distribution": "truncated",
            "of": {"distribution": "exponential", "mean": "4 min"},
            "high": "6 min",
        },
    ]
)
CLOCKS = st.sampled_from(["00:00", "01:00", "01:30", "02:00", "03:00", "06:00"])
CLASSES = ("car", "truck")
SHARES = st.sampled_from([0, 0.3, 1])
EXCHANGES = st.sampled_from(
    [
        {"regime": "continuous"},
        {"regime": "ad_hoc", "asked": 0.5},
        {
            "regime": "on_request",
            "asked": 0.7,
            "answer": {"distribution": "exponential", "mean": "10 min"},
            "within": "5 min",
        },
        {"regime": "periodic", "every": "1 h", "first": "10 min", "age": "2 h"},
    ]
)
POOL_RULES = ("longest_queue", "longest_wait", "most_urgent", "listed_order", "nearest")
DAYS = ("2026-03-29", "2026-10-25")


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """Make a valid scenario of up to three stops with any mix of mechanisms."""
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    steps: dict[str, Any] = {}
    for number, name in enumerate(names):
        onward = [*names[number + 1 :], "released", "refused"]
        first, second = draw(st.sampled_from(onward)), draw(st.sampled_from(onward))
        shares = {first: 1.0} if first == second else {first: 0.7, second: 0.3}
        routes: list[dict[str, Any]] = [{"to": shares}]
        if draw(st.booleans()):
            routes.insert(0, {"when": {"way": "on"}, "to": draw(st.sampled_from(onward))})
        if number + 1 < len(names):  # so that every step can be reached
            routes.insert(0, {"when": {"papers": "visa"}, "to": names[number + 1]})
        if draw(st.booleans()):  # a loop
            back = draw(st.sampled_from(names[: number + 1]))
            routes.insert(0, {"when": {"risk": "hit"}, "to": {back: 0.5, first: 0.5}})
            steps.setdefault(back, {}).update(at_most=2, afterwards="detained")
        steps.setdefault(name, {}).update(
            {"stop": name, "next": routes, **draw(doing(name, draw(st.booleans())))}
        )
    for name in names:
        if steps[name].get("at_most") is None:
            steps[name].pop("afterwards", None)
    made: dict[str, Any] = {
        "name": "made",
        "horizon": {
            "start": draw(st.sampled_from(["2026-03-29T00:00", "2026-10-25T01:30"])),
            "duration": draw(st.sampled_from(["2 h", "150 min", "5 h"])),
            "time_zone": "Europe/Helsinki",
            "ending": draw(st.sampled_from(["drain", "cut"])),
            "drain_limit": draw(st.sampled_from(["0 s", "3 h", "24 h"])),
        },
        "prices": {"currency": "EUR"},
        "agencies": {
            "guard": {
                "cost_per_hour": 30,
                "supplements": [{"from": "22:00", "to": "02:00", "share": 0.25}],
                "overhead": 0.4,
            },
            "customs": {},
        },
        "classes": {
            "car": {
                "attributes": {"papers": {"eu": 0.6, "visa": 0.4}},
                "occupants": draw(st.sampled_from([1, 3, {"low": 1, "high": 5}])),
                "target": {"waiting_time": "10 min"},
            },
            "truck": {
                "attributes": {"papers": {"visa": 1}, "cargo": {"full": 0.5, "empty": 0.5}},
                "cost": {"per_hour": 40, "missed": 100, "borne_by": "carriers"},
            },
        },
        "selections": {
            "risk": [
                {"when": {"class": "truck"}, "shares": {"hit": 0.3, "clear": 0.7}},
                {"shares": {"clear": 0.9, "hit": 0.1}},
            ],
            "way": {"on": 0.5, "off": 0.5},
        },
        "traffic": {
            "one": {"classes": {"car": 0.7, "truck": 0.3}, "arrivals": draw(arrivals())},
            "two": {"classes": {"truck": 1}, "arrivals": draw(arrivals())},
            "three": {"classes": {"car": 0.5, "truck": 0.5}, "arrivals": draw(services())},
            **draw(backlog(names)),
        },
        "parts": {
            "set_up": {"per": "stop", "duration": draw(TIMES)},
            "papers": {
                "per": draw(st.sampled_from(["stop", "officer"])),
                "regime": draw(st.sampled_from(["ad_hoc", "continuous"])),
                "by_regime": {"ad_hoc": draw(TIMES), "continuous": "5 s"},
            },
        },
        "activities": {
            "check": {
                "skill": "check",
                "parts": ["set_up", "papers"],
                "duration": [
                    {"when": {"class": "car"}, "time": draw(TIMES), "per_occupant": draw(TIMES)},
                    {"time": draw(TIMES)},
                ],
            },
            "look": {"skill": "look", "duration": draw(TIMES), "parts": "papers"},
            "kiosk": {"self_service": True, "duration": draw(TIMES)},
            "belt": {"self_service": True, "duration": draw(TIMES)},
        },
        "officers": {name: draw(officers([name])) for name in names},
        "stops": {name: draw(stops(names)) for name in names},
        "areas": {
            "yard": {"places": draw(st.integers(1, 4)), "floor": "5 m2"},
            "none": {"places": draw(st.sampled_from([0, 1]))},
        },
        "moves": [{"from": "arrival", "to": "a", "time": draw(TIMES)}]
        + [{"from": "a", "to": name, "time": draw(TIMES)} for name in names[1:]],
        "equipment": {
            "scanner": {
                "count": draw(st.integers(2, 3)),
                "owner": "customs",
                "sharing": draw(st.sampled_from(["shared", "on_request"])),
                "request_delay": draw(TIMES),
                "maintenance": draw(st.sampled_from([[], ["01:00-01:30"]])),
                "cost": {"a_year": 87600, "per_hour_of_use": 2},
                "failures": {"uptime": draw(TIMES), "repair": draw(TIMES)},
            }
        },
        "workflow": {"entry": "a", "steps": steps},
    }
    if draw(st.integers(0, 2)) == 0:
        draw(occupants(made))
    if "ready" in made["traffic"]["three"]["arrivals"]:
        made["activities"]["belt"]["not_before"] = "bags"
    if draw(st.booleans()):
        draw(groups(made, names))
    for source in made["traffic"].values():
        may_have = (
            source["arrivals"]["pattern"] not in ("waiting", "waiting_list")
            and "closing" not in source["arrivals"]
        )
        if may_have and draw(st.integers(0, 2)) == 0:
            source["deadline"] = draw(TIMES)
    if draw(st.booleans()):
        del made["equipment"]["scanner"]["failures"]
    elif made["equipment"]["scanner"]["failures"]["uptime"] == "0 s":
        made["equipment"]["scanner"]["failures"]["uptime"] = "30 min"
    if draw(st.booleans()):
        made["officers"]["helpers"] = draw(officers(names))
    if made["areas"]["none"]["places"] == 0:
        moved = {"a", *names} if len(names) > 1 else {"a"}
        if any(made["stops"][name].get("waiting_area") == "none" for name in moved):
            made["moves"] = []
    if draw(st.integers(0, 3)) == 0:
        arrivals_when_closed = draw(st.sampled_from(["wait", "turn_back"]))
        made["opening"] = {
            "hours": ["00:30-01:30", "02:00-23:30"],
            "arrivals": arrivals_when_closed,
        }
        if arrivals_when_closed == "turn_back":
            made["opening"]["entrance_closes"] = draw(st.sampled_from(["0 s", "10 min"]))
    if draw(st.booleans()):
        made["disturbances"] = {"one": draw(disturbances(names)), "two": draw(disturbances(names))}
        if draw(st.booleans()):
            made["disturbances"]["rule"] = draw(rules(names))
        single = [name for name in names if made["stops"][name]["queue"] == "single"]
        for disturbance in made["disturbances"].values():
            if single and draw(st.booleans()):
                first = draw(st.sampled_from([[], [{"papers": "visa"}, {"risk": "hit"}]]))
                disturbance["priority"] = {draw(st.sampled_from(single)): first}
        if any("at_most" in step for step in steps.values()):  # nobody is sent into loops
            for disturbance in made["disturbances"].values():
                del disturbance["instead"]
    if draw(st.booleans()):
        draw(security(made, names))
    if "not_before" not in made["activities"]["belt"] and draw(st.integers(0, 2)) == 0:
        draw(documents(made))
    if draw(st.integers(0, 3)) == 0:
        draw(risk_index(made, names))
    if draw(st.booleans()):
        last = names[-1]
        made["intervals"] = {
            "whole": {"from": "arrival", "to": "departure"},
            "before": {"from": "arrival", "to": f"queue of {last}"},
            "there": {
                "title": "At the last stop",
                "from": f"start of {last}",
                "to": f"end of {last}",
            },
        }
    return made


@st.composite
def documents(draw: st.DrawFn, made: dict[str, Any]) -> None:
    """Add documents that are lodged beforehand, for which the belt waits."""
    made["activities"]["belt"]["not_before"] = "declaration"
    made["documents"] = {
        "declaration": {
            "when": draw(st.sampled_from([{"papers": "visa"}, {"risk": "hit"}])),
            "lead": draw(st.sampled_from(["0 s", "20 min", "30 h"])),
            "work": draw(
                st.sampled_from([{"clearance": "look"}, {"clearance": ["kiosk", "look"]}])
            ),
        }
    }
    made.setdefault("offices", {})["clearance"] = {
        "agency": "customs",
        "specialists": draw(st.integers(1, 2)),
        "hours": draw(st.sampled_from(["00:00-24:00", "01:00-02:00"])),
    }


@st.composite
def risk_index(draw: st.DrawFn, made: dict[str, Any], names: list[str]) -> None:
    """Add where vehicles come from, a risk index of that, and a pool that goes by it."""
    for vehicle in made["classes"].values():
        vehicle.setdefault("attributes", {})["area"] = {"a": 0.5, "b": 0.3, "c": 0.2}
    numbers = st.permutations([1, 2, 5])
    made["risk_indices"] = {
        "risk_of_area": {
            "of": "area",
            "criteria": {
                name: {"values": dict(zip("abc", draw(numbers), strict=True)), "weight": weight}
                for name, weight in (("hits", 2), ("calls", 1))
            },
            "levels": {"high": draw(st.sampled_from([30, 60])), "low": 0},
        }
    }
    onward = names[1] if len(names) > 1 else "refused"
    made["workflow"]["steps"]["a"]["next"].insert(
        0, {"when": {"risk_of_area": "high", "papers": "visa"}, "to": onward}
    )
    if "helpers" in made["officers"]:
        made["officers"]["helpers"]["pool"] |= {"rule": "highest_index", "index": "risk_of_area"}


@st.composite
def security(draw: st.DrawFn, made: dict[str, Any], names: list[str]) -> None:
    """Add what travellers hide, who is referred, what checks find, and what follows."""
    steps, activities = made["workflow"]["steps"], made["activities"]
    made["truths"] = {
        "goods": [{"when": {"class": "truck"}, "share": 0.5}, {"share": draw(SHARES)}],
        "forged": draw(SHARES),
    }
    made["scores"] = {
        "guard": {"of": "goods", "separation": 1.2, "exchange": draw(EXCHANGES)},
        "customs": {
            "of": "goods",
            "auc": 0.8,
            "correlated": {"guard": draw(st.sampled_from([0, -0.5, 0.8]))},
            "known": draw(SHARES),
        },
        "both": {
            "of": "goods",
            "joint": ["guard", "customs"],
            "rule": draw(st.sampled_from(["optimal", "sum", "largest"])),
        },
    }
    limit = draw(st.sampled_from([{"above": 0.5}, {"share": 0.2}]))
    score = draw(st.sampled_from(["guard", "customs", "both"]))
    made["referrals"] = {"profile": {"score": score, **limit, "random": draw(SHARES)}}
    onward = names[1] if len(names) > 1 else "refused"
    steps["a"]["next"].insert(0, {"when": {"profile": "referred"}, "to": onward})
    activities["check"]["detection"] = {"of": {"goods": 0.4, "forged": 0.9}, "false_alarm": 0.1}
    activities["look"]["detection"] = {"of": {"goods": {"time_constant": "3 min"}}}
    if draw(st.booleans()):
        draw(follow_up(made))
    for group in made["officers"].values():
        group["finds"] = draw(st.sampled_from([{}, {"check": 0.5}]))
        if "offices" not in made and draw(st.booleans()):
            group["tiring"] = {"after": "1 h", "per_hour": 0.2, "least": 0.5}


@st.composite
def follow_up(draw: st.DrawFn, made: dict[str, Any]) -> None:
    """Add what follows a find: a case in the crew of who found it, and an investigation."""
    made["activities"]["look"]["detection"] |= {
        "false_alarm": draw(SHARES),
        "result": "outcome",
        "ends_when_found": draw(st.booleans()),
    }
    made["activities"]["handle"] = {"skill": "check", "duration": draw(TIMES)}
    opened_by = draw(st.sampled_from([["found"], ["found", "alarm"]]))
    helpers = made["officers"].get("helpers")
    for step in made["workflow"]["steps"].values():
        if "crew" in step:
            by = (
                {}
                if helpers is None
                else draw(st.sampled_from([{}, {"agency": helpers["agency"]}]))
            )
            step["crew"].append({"do": "handle", "when": {"outcome": opened_by}, **by})
    made["cases"] = {"case": {"of": "outcome", "opened_by": opened_by, "handled_by": "handle"}}
    hours = st.sampled_from(["00:00-24:00", "08:00-16:00", {"from": "22:00", "to": "02:00"}])
    made["offices"] = {
        "back": {
            "agency": "customs",
            "specialists": draw(st.integers(1, 2)),
            "hours": draw(hours),
            "cost_per_hour": draw(st.sampled_from([None, 40])),
        },
        "desk": {"agency": "guard", "specialists": 1},
    }
    made["investigations"] = {
        "apart": {
            "of": "outcome",
            "when": {"papers": "visa"},
            "work": {"back": "check", "desk": "belt"},
        },
        "joint": {"of": "outcome", "after": "kiosk", "work": {"back": ["kiosk", "handle"]}},
    }


@st.composite
def disturbances(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    """Make a disturbance: some of what can happen, at fixed times or at random."""
    made: dict[str, Any] = {
        "active": draw(st.booleans()),
        "closed": draw(st.sampled_from([[], names[:1], "all"])),
        "arrivals": draw(st.sampled_from(["wait", "turn_back", "divert", "hold"])),
        "instead": draw(
            st.sampled_from([{}, {names[-1]: "released"}, {"a": {"to": "refused", "share": 0.5}}])
        ),
        "on_duty": {names[-1]: draw(st.sampled_from([0, 0.5]))},
        "out": draw(st.sampled_from([{}, {"scanner": 2}])),
        "activities": draw(changes()),
        "lanes": draw(st.sampled_from([{}, {names[0]: 1}, {names[-1]: 0}])),
    }
    if draw(st.booleans()):
        made["selections"] = {"way": {"on": draw(st.sampled_from([0, 0.2, 1]))}}
        made["selections"]["way"]["off"] = 1 - made["selections"]["way"]["on"]
    if draw(st.booleans()):
        made["hours"] = [{"from": draw(CLOCKS), "to": draw(CLOCKS)}]
    else:
        every = {"distribution": "exponential", "mean": "1 h"}
        made["random"] = {"every": every, "lasts": draw(TIMES)}
    return made


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    """Make what is otherwise of some activities."""
    change = st.sampled_from(
        [
            {"left_out": True},
            {"factor": 0.5},
            {"factor": 3},
            {"impossible": True},
            {"duration": "7 min"},
            {"duration": [{"when": {"papers": "visa"}, "time": "0 s"}, {"time": "4 min"}]},
        ]
    )
    keys = draw(st.lists(st.sampled_from(["check", "look", "kiosk", "papers"]), max_size=3))
    return {key: draw(change) for key in keys}


@st.composite
def rules(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    """Make a disturbance that a state of the border sets off."""
    stop = draw(st.sampled_from(names))
    trigger, until = draw(
        st.sampled_from(
            [
                ({"queue": stop, "reaches": 2}, 0),
                ({"queue": stop, "falls_to": 1}, 3),
                ({"longest_wait": stop, "reaches": "10 min"}, "2 min"),
                ({"first_wait": stop, "reaches": "5 min"}, "1 min"),
                ({"mean_wait": stop, "last": 3, "reaches": "4 min"}, "2 min"),
                ({"area": "yard", "reaches": 1}, 0),
                ({"on_duty": names[0], "falls_to": 3}, 4),
            ]
        )
    )
    made = draw(disturbances(names))
    for key in ("hours", "random"):
        if draw(st.booleans()):
            made.pop(key, None)
    made |= {
        "trigger": {**trigger, "for": draw(st.sampled_from(["0 s", "3 min"]))},
        "delay": draw(st.sampled_from(["0 s", "5 min"])),
        "pause": draw(st.sampled_from(["0 s", "10 min"])),
        "reserve": draw(st.sampled_from([{}, {names[-1]: 2}])),
    }
    made |= {} if draw(st.booleans()) else {"until": until}
    made |= {} if draw(st.booleans()) else {"at_most": "20 min"}
    made |= {} if draw(st.booleans()) else {"per_day": 2}
    return made


@st.composite
def occupants(draw: st.DrawFn, made: dict[str, Any]) -> None:
    """Let some of those in cars have to register, in the check or on another way."""
    share: Any = draw(st.sampled_from([0, 0.3, 1]))
    if draw(st.booleans()):
        share = [{"when": {"papers": "visa"}, "share": 0.8}, {"share": share}]
    made["classes"]["car"]["occupants_with"] = {"to_register": share}
    made["activities"]["check"]["duration"][0]["per_occupant_with"] = {"to_register": draw(TIMES)}
    if draw(st.booleans()):
        last = list(made["workflow"]["steps"].values())[-1]
        onward = draw(st.sampled_from(["released", "detained"]))
        last["next"].insert(0, {"when": {"to_register": "some"}, "to": onward})


@st.composite
def groups(draw: st.DrawFn, made: dict[str, Any], names: list[str]) -> None:
    """Add coaches whose passengers get out, are checked among all others, and come back."""
    made["classes"]["coach"] = {"occupants": draw(st.sampled_from([4, {"low": 1, "high": 6}]))}
    made["classes"]["person"] = {"attributes": {"papers": {"eu": 0.3, "visa": 0.7}}}
    made["traffic"]["four"] = {
        "classes": {"coach": 1},
        "arrivals": {"pattern": "constant", "rate": draw(st.sampled_from(["3/h", "12/h"]))},
    }
    classes = draw(st.sampled_from([{"person": 1}, {"person": 0.8, "truck": 0.2}]))
    onward = draw(st.sampled_from(["leave", "released", names[0], names[-1]]))
    made["workflow"]["entry"] = [{"when": {"class": "coach"}, "to": "park"}, {"to": "a"}]
    made["workflow"]["steps"]["park"] = {
        "stop": "bay",
        "do": "kiosk",
        "split": {
            "classes": classes,
            "stay": draw(st.integers(0, 1)),
            "to": [
                {"when": {"papers": "visa"}, "to": names[0]},
                {"to": {draw(st.sampled_from([names[-1], "released", "refused"])): 1}},
            ],
        },
        "next": onward,
    }
    if draw(st.booleans()):
        made["workflow"]["steps"]["park"]["wait_for_group"] = "after"
    made["stops"]["bay"] = {
        "lanes": [{"name": "bay", "count": draw(st.integers(1, 3))}],
        "overtaking": draw(st.booleans()),
    }
    made["moves"] += [
        {"from": "bay", "to": "a", "time": draw(TIMES)},
        {"from": names[-1], "to": "vehicle", "time": draw(TIMES)},
        {"from": "bay", "to": "exit", "time": draw(TIMES)},
    ]
    if onward == "leave":
        made["areas"]["kerb"] = {"places": draw(st.integers(1, 2))}
        made["stops"]["gate"] = {"lanes": [{"name": "gate"}], "waiting_area": "kerb"}
        made["workflow"]["steps"]["leave"] = {
            "stop": "gate",
            "do": "kiosk",
            "wait_for_group": draw(st.sampled_from(["before", "after"])),
            "next": draw(st.sampled_from([names[-1], "released", "refused"])),
        }


@st.composite
def doing(draw: st.DrawFn, name: str, crew: bool) -> dict[str, Any]:
    """Make what is done in a step: by one officer or by a crew of two."""
    equipment = {"equipment": "scanner"} if draw(st.booleans()) else {}
    if not crew:
        if draw(st.integers(0, 3)) == 0:
            return {"do": draw(st.sampled_from(["kiosk", "belt", ["kiosk", "belt", "kiosk"]]))}
        done = st.sampled_from([["check"], ["look"], ["check", "look"], ["kiosk", "look"]])
        return {"do": draw(done), **equipment}
    tasks: list[dict[str, Any]] = [{"do": "check"}, {"do": ["look"], **equipment}]
    if draw(st.booleans()):
        tasks[draw(st.integers(0, 1))]["when"] = {"risk": "hit"}
    if draw(st.booleans()):
        tasks.append({"do": "look", "when": {"class": "truck"}, **equipment})
    if draw(st.booleans()):
        tasks.append({"do": draw(st.sampled_from(["kiosk", "belt"]))})
    orders = [{"order": "parallel"}, {"order": "sequence"}, {"order": "any"}]
    orders += [{"order": "independent"}]
    orders += [{"order": order, "when_done": "stay"} for order in ("parallel", "sequence")]
    orders += [{"order": "sequence", "when_done": "hand_over"}]
    return {
        "crew": tasks,
        **draw(st.sampled_from(orders)),
    }


@st.composite
def backlog(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    """Draw those who wait already at the start, if anybody does."""
    if not draw(st.booleans()):
        return {}
    if draw(st.integers(0, 3)) == 0:
        listed = {"pattern": "waiting_list", "file": "left.csv", "attributes": "papers"}
        return {"left": {"classes": {"car": 1}, "arrivals": listed | {"replications": 2}}}
    arrivals = {
        "pattern": "waiting",
        "count": draw(st.integers(0, 5)),
        "step": draw(st.sampled_from(names)),
        "waited": draw(TIMES),
    }
    return {"left": {"classes": {"car": 0.5, "truck": 0.5}, "arrivals": arrivals}}


@st.composite
def arrivals(draw: st.DrawFn) -> dict[str, Any]:
    pattern = draw(st.sampled_from(["constant", "hourly", "daily", "slots"]))
    if pattern == "slots":
        return {
            "pattern": pattern,
            "every": "20 min",
            "places": 5,
            "booked": 0.9,
            "no_show": 0.1,
            "late": 0.3,
            "early_by": draw(TIMES),
            "late_by": draw(TIMES),
            "grace": "5 min",
            "admitted_early": draw(st.booleans()),
        }
    gaps = {"gap_cv": draw(st.sampled_from([0.5, 1, 2]))}
    if pattern == "constant":
        return {"pattern": pattern, "rate": draw(st.sampled_from(["0/h", "12/h", "50/h"])), **gaps}
    weights = draw(st.lists(st.integers(0, 40), min_size=24, max_size=24))
    if pattern == "hourly":
        return {"pattern": pattern, "per_hour": weights, **gaps}
    return {"pattern": pattern, "per_day": 400, "shape": [1 + w for w in weights], **gaps}


@st.composite
def services(draw: st.DrawFn) -> dict[str, Any]:
    made = {
        "pattern": "timetable",
        "file": "services.csv",
        "time_column": "at",
        "seats_column": "seats",
        "load": draw(st.sampled_from([0, 0.7, 1])),
        "delay": draw(TIMES),
        "each_seat": draw(st.sampled_from(["traveller", "person"])),
    }
    if draw(st.booleans()):
        closing = draw(st.sampled_from([{}, {"closing": "5 min"}]))
        return {**made, "come_before": draw(TIMES), **closing}
    unloading = draw(st.sampled_from([{}, {"unloading": "2/min", "ramps": 2}]))
    bags = {
        "when": {"papers": "visa"},
        "pieces": draw(st.sampled_from([1, {"low": 1, "high": 3}])),
        "first_after": draw(TIMES),
        "rate": "1/min",
    }
    return {**made, "first_after": draw(TIMES), "ready": {"bags": bags}, **unloading}


@st.composite
def officers(draw: st.DrawFn, places: list[str]) -> dict[str, Any]:
    """Make a post, or a pool of several stops; always three at least at some time."""
    shifts = [{"from": "00:00", "to": "24:00", "count": draw(st.integers(2, 3))}]
    for _ in range(draw(st.integers(0, 3))):
        window = {"from": draw(CLOCKS), "to": draw(CLOCKS)}
        shifts.append({**window, "count": draw(st.integers(1, 2))})
    pace = st.sampled_from([1.0, 1.3, 0.5])
    made: dict[str, Any] = {
        "agency": draw(st.sampled_from(["guard", "customs"])),
        "skills": {"check": draw(pace), "look": draw(pace)},
        "stop": places,
        "pool": {
            "rule": draw(st.sampled_from(POOL_RULES)),
            "sent": draw(st.sampled_from(["listed", "nearest"])),
            "stay": draw(st.sampled_from(["0 s", "10 min"])),
            "walk": draw(st.sampled_from(["0 s", "2 min"])),
            "return_after": draw(st.sampled_from([None, "0 s", "5 min"])),
        },
        "shifts": [*shifts, {"from": "00:00", "to": "24:00", "count": 1}],
        "rotations": draw(
            st.sampled_from(
                [[], [{"count": 2, "shifts": {"day": "01:00-03:00"}, "cycle": ["day", "off"]}]]
            )
        ),
        "shift_offset": draw(st.sampled_from(["0 s", "30 min"])),
        "breaks": draw(
            st.sampled_from([[], [{"from": "01:00", "to": "02:00", "length": "20 min"}]])
        ),
        "handover": {
            "in_hand": draw(st.sampled_from(["finish", "hand_over"])),
            "time": draw(st.sampled_from(["0 s", "3 min"])),
            "briefing": draw(st.sampled_from(["0 s", "15 min"])),
        },
        "absence": draw(st.sampled_from([0, 0.3])),
    }
    if draw(st.integers(0, 3)) == 0:
        made["pressure"] = {"from": draw(st.integers(0, 2)), "to": 4, "pace": 0.5}
    return made


@st.composite
def stops(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    lanes: list[dict[str, Any]] = [{"name": "all", "count": draw(st.integers(1, 3))}]
    if draw(st.booleans()):
        lanes.insert(0, {"name": "cars", "admits": {"class": "car"}})
    if draw(st.booleans()):
        window = {"from": draw(CLOCKS), "to": draw(CLOCKS)}
        lanes.append({"name": "part", "open": [window], "admits": {"papers": ["visa"]}})
    made: dict[str, Any] = {
        "lanes": lanes,
        "queue": draw(st.sampled_from(["single", "per_lane"])),
        "choice": draw(st.sampled_from(["shortest_queue", "fewest_vehicles", "random"])),
        "overtaking": draw(st.booleans()),
        "when_full": draw(st.sampled_from(["wait_outside", "turn_away"])),
    }
    for lane in lanes:
        if "admits" in lane and made["queue"] == "single" and draw(st.booleans()):
            lane["helps"] = {
                "admits": {"class": draw(st.sampled_from(["truck", ["car", "truck"]]))},
                "waiting_from": draw(st.sampled_from([1, 3, "4 min"])),
                "own_at_most": draw(st.integers(0, 2)),
            }
    if draw(st.booleans()):
        made["priority"] = [{"risk": "hit"}, {"class": "truck"}]
        made["low_priority_share"] = draw(st.sampled_from([0, 0.3]))
    order = draw(
        st.sampled_from(["first_come", "first_come", "earliest_deadline", "weighted_wait"])
    )
    if order != "weighted_wait":
        made["next_in_line"] = order
    elif made["queue"] == "single" and made["overtaking"]:
        weight = st.sampled_from([0, 1, 2.5])
        cases = [{"when": {"class": "car"}, "weight": draw(weight)}]
        cases.append({"when": {"papers": "visa"}, "weight": draw(weight)})
        made |= {"next_in_line": order, "weights": cases}
    if draw(st.integers(0, 2)) == 0:
        patience = {"when": {"class": draw(st.sampled_from(CLASSES))}, "time": draw(TIMES)}
        made["patience"] = draw(st.sampled_from([[patience], patience["time"]]))
    if draw(st.integers(0, 2)) == 0:
        made["deters"] = draw(st.sampled_from([{0: 0.5}, {1: 0.2, 3: 1}]))
    overseen = draw(st.sampled_from([None, None, 1, 2]))
    if overseen:
        made["lanes_per_officer"] = overseen
    area = draw(st.sampled_from([None, "yard", "none"]))
    if area:
        made["waiting_area"] = area
    control = draw(
        st.sampled_from(
            [
                None,
                {"by": "queue_length", "open_at": 3, "close_at": 0, "delay": "2 min"},
                {"by": "waiting_time", "open_at": "5 min", "close_at": "1 min"},
            ]
        )
    )
    if control:
        made["control"] = control
    return made


def load(scenario: dict[str, Any]) -> LoadedScenario | None:
    """Load a scenario; None where it is refused, as `load_files` says."""
    with tempfile.TemporaryDirectory() as folder:
        return load_files(Path(folder), made=scenario)


def load_files(folder: Path, **files: dict[str, Any]) -> LoadedScenario | None:
    """Write scenarios and the tables that they read into a folder, and load the last.

    None where it is refused: its shifts never meet the horizon, or more wait at the start than have
    places.
    """
    for name, data in files.items():
        text = yaml.safe_dump(data, sort_keys=False)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    lines = [f"{day}T0{hour}:10,{20 * hour}" for day in DAYS for hour in range(5)]
    (folder / "services.csv").write_text("\n".join(["at,seats", *lines]), encoding="utf-8")
    rows = [f"{k % 2},a,{7 * k},2,{'visa' if k % 3 else ''}" for k in range(5)]
    left = "\n".join(["replication,step,waited,occupants,papers", *rows])
    (folder / "left.csv").write_text(left, encoding="utf-8")
    try:
        return bcpsim.load(folder / f"{name}.yaml")
    except bcpsim.ScenarioError as error:
        if "is ever on duty" in str(error) or "can't wait for" in str(error):
            return None
        raise
