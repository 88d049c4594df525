"""What OpenStreetMap and BD TOPO write of directions, speeds and classes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain.traffic import (
    CLASSES,
    Traffic,
    directions,
    road_class,
    shut,
    speed_kmh,
    tags_of,
    traffic,
)

ALONG, AGAINST, BOTH = (True, False), (False, True), (True, True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("yes", ALONG), ("true", ALONG), ("1", ALONG), (1, ALONG), (1.0, ALONG), (True, ALONG),
        ("Sens direct", ALONG), ("Direct", ALONG), ("F", ALONG), ("FT", ALONG),
        ("-1", AGAINST), (" -1 ", AGAINST), (-1, AGAINST), (-1.0, AGAINST), ("reverse", AGAINST),
        ("Sens inverse", AGAINST), ("T", AGAINST), ("TF", AGAINST),
        ("no", BOTH), ("0", BOTH), (0, BOTH), (False, BOTH), ("Double sens", BOTH), ("B", BOTH),
        ("Sans objet", BOTH), ("reversible", BOTH),
        (None, None), ("", None), ("tuesdays", None), (7, None), (math.nan, None),
    ],
)  # fmt: skip
def test_directions(value, expected):
    assert directions(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("50", 50), (50, 50), ("50 km/h", 50), ("50kmh", 50), ("49,5", 49.5), (30.0, 30),
        ("50 mph", 80.4672), ("20mph", 32.18688),
        ("FR:urban", 50), ("FR:rural", 80), ("FR:motorway", 130), ("FR:zone30", 30),
        ("70;50", 50), ("90; none", 90), ("0", 0),
        ("none", None), ("signals", None), ("walk", None), ("DE:rural", None), ("fast", None),
        ("", None), (None, None), (True, None), (math.nan, None), (math.inf, None), (-5, None),
        ("999", None), ("50 knots", None),
    ],
)  # fmt: skip
def test_speeds(value, expected):
    found = speed_kmh(value)
    assert found == (None if expected is None else pytest.approx(expected))


@given(st.one_of(st.none(), st.text(), st.floats(), st.integers(), st.booleans()))
def test_nothing_that_data_may_hold_breaks(value):
    assert directions(value) in (None, ALONG, AGAINST, BOTH)
    speed = speed_kmh(value)
    assert speed is None or 0 <= speed <= 200
    way = traffic(CLASSES["primary"], value, value)
    assert way.along >= 0 and way.against >= 0
    tags_of(value)
    road_class(value)


def test_classes_are_found_however_they_are_written():
    assert road_class("Route à 1 chaussée") == road_class("ROUTE A 1 CHAUSSEE")
    assert road_class("Route à 1 chaussée").speed == 58
    assert road_class("motorway_link") == CLASSES["motorway link"]
    assert not road_class("motorway").stop
    assert road_class("Escalier").speed == 0
    assert road_class("footway") is None
    assert road_class(None) is None


def test_a_limit_is_not_an_average():
    """80 % of 50 km/h by OpenStreetMap; BD TOPO's average as it is; 0 means two things."""
    primary = CLASSES["primary"]
    assert traffic(primary, "no", "50") == Traffic(40, 40, True)
    assert traffic(primary, "no", 50, is_limit=False) == Traffic(50, 50, True)
    assert traffic(primary, "no", 0) == Traffic(65, 65, True)
    assert traffic(primary, "no", 0, is_limit=False) == Traffic(0, 0, True)
    assert traffic(primary, "no", "none") == Traffic(65, 65, True)
    assert traffic(CLASSES["escalier"], "no", 30) == Traffic(0, 0, True)


def test_one_way():
    primary = CLASSES["primary"]
    assert traffic(primary, "-1") == Traffic(0, 65, True)
    assert traffic(primary) == Traffic(65, 65, True)
    assert traffic(primary, roundabout=True) == Traffic(65, 0, True)
    assert traffic(primary, "no", roundabout=True) == Traffic(65, 65, True)
    assert traffic(CLASSES["motorway"]) == Traffic(90, 0, False)
    assert traffic(CLASSES["motorway"], "no") == Traffic(90, 90, False)


def test_what_keeps_cars_out():
    assert shut({"access": "no"})
    assert shut({"acces_vehicule_leger": "Physiquement impossible"})
    assert shut({"etat_de_l_objet": "En projet"})
    assert not shut({"access": "private", "motor_vehicle": "yes", "etat": "En service"})
    assert not shut({})


def test_other_tags():
    assert tags_of('"lanes"=>"2","oneway"=>"yes"') == {"lanes": "2", "oneway": "yes"}
    assert tags_of('"name:fr"=>"le \\"vieux\\" pont","a"=>"b,c=>d"') == {
        "name:fr": 'le "vieux" pont',
        "a": "b,c=>d",
    }
    assert tags_of('{"oneway": "-1", "lanes": 2}') == {"oneway": "-1", "lanes": "2"}
    assert tags_of("{broken") == {}
    assert tags_of(None) == {}
