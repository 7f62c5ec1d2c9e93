"""Places in rows: codes that read as other things, homonyms, territories, and the names of states."""

from pathlib import Path
from typing import Any

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import models
from store.access.actors import Actor
from store.database import Database
from store.documents import load
from store.imports.values.countries import find_country, readings, territory_code
from tests.store.imports.support import every, place_of, refused, run, table

CODES_OF_CHINA = {"HK": "810000", "MO": "820000", "TW": "710000"}
REFERENCE = Path(__file__).parents[3] / "store" / "data" / "reference"


@pytest.fixture
def samples(sqlite_database: Database) -> Database:
    """A database with the places that every installation has."""
    with sqlite_database.write(Actor.system("test")) as session:
        load(session, [REFERENCE], "core")
    return sqlite_database


def origins(database: Database) -> dict[str, str]:
    """Where each project comes from, by its name."""
    return {
        next(iter(project.name.values())): place_of(database, project.origin_place_id)
        for project in every(database, models.Project)
    }


def imported(database: Database, path: Path, rows: list[list[str]], **options: Any) -> dict[str, str]:
    """Where the projects of these rows come from."""
    run(database, table(path / "projects.csv", rows), **options)
    return origins(database)


def test_every_country_code_names_its_country(samples: Database, tmp_path: Path) -> None:
    codes = sorted(country.alpha_2 for country in pycountry.countries)
    rows = [["name", "country"], *([f"Project {code}", code] for code in codes)]
    run(samples, table(tmp_path / "projects.csv", rows))
    with samples.read() as session:
        for project in every(samples, models.Project):
            place = session.get_one(models.Place, project.origin_place_id)
            code = project.name["en"].removeprefix("Project ")
            expected = {code, territory_code(code)} | {CODES_OF_CHINA.get(code, code)}
            assert place.code in expected, (code, place.name)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("Austin, TX", "Austin < Texas < United States"),
        ("澳門", "Macao < China"),
        ("台灣", "Taiwan < China"),
        ("臺灣", "Taiwan < China"),
        ("Toronto, ON", "Toronto < Ontario < Canada"),
        ("Sydney, NSW", "Sydney < New South Wales < Australia"),
        ("Melbourne, VIC, AU", "Melbourne < Victoria < Australia"),
        ("Chicago, IL", "Chicago < Illinois < United States"),
        ("Los Angeles, CA", "Los Angeles < California < United States"),
        ("Toronto, ON, CA", "Toronto < Ontario < Canada"),
        ("San Francisco, California, USA", "San Francisco < California < United States"),
        ("San Francisco, California", "San Francisco < California < United States"),
        ("Bengaluru, Karnataka", "Bengaluru < Karnātaka < India"),
        ("Tbilisi, Georgia", "Tbilisi < Georgia"),
        ("Stockholm, SE", "Stockholm < Sweden"),
        ("Zürich, CH", "Zürich < Switzerland"),
        ("Berlin, DE", "Berlin < Germany"),
        ("Windhoek, NA", "Windhoek < Namibia"),
        ("Lyon, FR", "Lyon < France"),
    ],
)
def test_what_stands_behind_a_city(samples: Database, tmp_path: Path, written: str, place: str) -> None:
    assert imported(samples, tmp_path, [["name", "location"], ["A", written]]) == {"A": place}


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("Oakland, CA", "Canada or California, United States"),
        ("Fort Wayne, IN", "India or Indiana, United States"),
        ("Savannah, GA", "Gabon or Georgia, United States or Goa, India"),
        ("Savannah, Georgia", "Georgia or Georgia, United States"),
        ("Freeport, WA", "Washington, United States or Western Australia, Australia"),
        ("Ananindeua, PA", "Panama or Pennsylvania, United States or Pará, Brazil"),
    ],
)
def test_a_state_or_a_country_is_asked_about(samples: Database, tmp_path: Path, written: str, says: str) -> None:
    (problem,) = refused(samples, table(tmp_path / "projects.csv", [["name", "location"], ["A", written]]))
    assert says in problem.problem
    assert "(country: " in problem.remedy


def test_the_mapping_says_which_country_codes_belong_to(samples: Database, tmp_path: Path) -> None:
    rows = [["name", "location"], ["A", "Oakland, CA"], ["B", "Lyon, FR"]]
    mapping = {"columns": {"location": {"field": "place", "country": "US"}}}
    assert imported(samples, tmp_path, rows, mapping=mapping) == {
        "A": "Oakland < California < United States",
        "B": "Lyon < France",
    }


def test_a_column_of_countries_says_which_country_codes_belong_to(samples: Database, tmp_path: Path) -> None:
    rows = [["name", "location", "country"], ["A", "Oakland, CA", "US"], ["B", "Lyon", "France"]]
    assert imported(samples, tmp_path, rows)["A"] == "Oakland < California < United States"


def test_states_have_names_and_not_their_codes(samples: Database, tmp_path: Path) -> None:
    rows = [["name", "state", "country"], ["A", "tx", "US"], ["B", "QLD", "Australia"], ["C", "SP", "BR"]]
    rows += [["D", "New York", "US"], ["E", "CA-BC", "CA"], ["F", "WB", "India"]]
    assert {name: place.split(" < ")[0] for name, place in imported(samples, tmp_path, rows).items()} == {
        "A": "Texas",
        "B": "Queensland",
        "C": "São Paulo",
        "D": "New York",
        "E": "British Columbia",
        "F": "West Bengal",
    }
    assert {place.code for place in every(samples, models.Place)} >= {"US-TX", "AU-QLD", "BR-SP", "CA-BC"}


@pytest.mark.parametrize(("code", "name"), [("HK", "香港"), ("MO", "澳门"), ("TW", "台湾"), ("PR", "Puerto Rico")])
def test_a_territory_is_one_place_whichever_column_names_it(
    samples: Database, tmp_path: Path, code: str, name: str
) -> None:
    rows = [["name", "country"], ["A", code], ["B", name]]
    imported(samples, tmp_path, rows)
    parent = "US" if code == "PR" else "CN"
    run(samples, table(tmp_path / "projects.csv", [["name", "place"], ["C", name]]))
    run(samples, table(tmp_path / "projects.csv", [["name", "region", "country"], ["D", code, parent]]))
    assert len({project.origin_place_id for project in every(samples, models.Project)}) == 1


ROWS = st.lists(
    st.tuples(st.sampled_from(["Springfield", "Portland"]), st.sampled_from(["IL", "MA", "OR", ""])),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize(
    "rows", [[("Springfield", ""), ("Springfield", "IL")], [("Springfield", "IL"), ("Springfield", "")]]
)
def test_homonyms_are_told_apart_in_any_order(samples: Database, tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    lines = [["name", "city", "region", "country"]]
    lines += [[f"Project {number}", city, region, "US"] for number, (city, region) in enumerate(rows)]
    path = table(tmp_path / "projects.csv", lines)
    dry = run(samples, path, dry_run=True)
    written = run(samples, path)
    assert dry.outlook == written.outlook
    found = origins(samples)
    assert sorted(found.values()) == ["Springfield < Illinois < United States", "Springfield < United States"]
    again = run(samples, path)
    assert again.outlook.unchanged["projects"] == 2
    assert origins(samples) == found


@given(st.sampled_from(sorted(country.alpha_2 for country in pycountry.countries)))
def test_a_code_that_may_be_a_state_has_more_than_one_reading(code: str) -> None:
    found = readings(code)
    country = find_country(code)
    assert country is not None
    assert found[0].country.code == code
    assert all(one.subdivision is not None for one in found[1:])


def test_a_place_that_may_be_several_says_the_same_in_check_and_write(samples: Database, tmp_path: Path) -> None:
    rows = [["name", "city", "region", "country"], ["A", "Salem", "OR", "US"], ["B", "Salem", "MA", "US"]]
    run(samples, table(tmp_path / "projects.csv", rows))
    rows = [["name", "city", "country"], ["C", "Salem", "US"], ["D", "Boston", "US"]]
    path = table(tmp_path / "projects.csv", rows)
    (problem,) = run(samples, path, dry_run=True).problems
    assert "may be several places" in problem.problem
    assert refused(samples, path) == [problem]
    assert run(samples, path, skip_bad_rows=True).outlook.new["projects"] == 1


def test_the_code_of_namibia_is_read_where_countries_stand(samples: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [["name", "country"], ["A", " NA "], ["B", ""], ["C", "n/a"], ["D", "NO"]])
    report = run(samples, path)
    assert origins(samples) == {"A": "Namibia", "B": "", "C": "", "D": "Norway"}
    assert report.notes == ["projects.csv, row 2: column country: NA is read as Namibia."]
    run(samples, table(tmp_path / "talents.csv", [["name", "nationality"], ["Ann", "NA"]]))
    assert every(samples, models.Talent)[0].nationality == "NA"
    path = table(tmp_path / "investors.csv", [["name", "regions"], ["Fund", "ZA; NA"]])
    run(samples, path)
    assert len(every(samples, models.InvestorPlace)) == 2


@pytest.mark.parametrize(
    ("header", "written", "says"),
    [
        ("location", "Georgia", "may be Georgia or Georgia, United States"),
        ("location", "Congo", "Congo - Brazzaville (CG) or Congo - Kinshasa (CD)"),
        ("country", "Congo", "Congo - Brazzaville (CG) or Congo - Kinshasa (CD)"),
        ("country", "刚果", "Congo - Brazzaville (CG) or Congo - Kinshasa (CD)"),
        ("location", "USA / China", "names two countries, USA and China"),
        ("location", "Germany, France", "names two countries, Germany and France"),
    ],
)
def test_a_name_of_several_places_is_asked_about(
    samples: Database, tmp_path: Path, header: str, written: str, says: str
) -> None:
    (problem,) = refused(samples, table(tmp_path / "projects.csv", [["name", header], ["A", written]]))
    assert says in problem.problem
    assert problem.remedy


@pytest.mark.parametrize(
    ("header", "written", "place"),
    [
        ("country", "Georgia", "Georgia"),
        ("location", "Georgia, USA", "Georgia < United States"),
        ("location", "Atlanta, Georgia, USA", "Atlanta < Georgia < United States"),
        ("country", "CD", "Congo - Kinshasa"),
        ("location", "Hong Kong, China", "Hong Kong < China"),
        ("location", "Singapore", "Singapore"),
        ("location", "Singapore, Singapore", "Singapore < Singapore"),
    ],
)
def test_what_has_one_meaning_is_not(samples: Database, tmp_path: Path, header: str, written: str, place: str) -> None:
    assert imported(samples, tmp_path, [["name", header], ["A", written]]) == {"A": place}


def test_places_of_one_name_are_the_country_that_holds_the_others(samples: Database, tmp_path: Path) -> None:
    run(samples, table(tmp_path / "projects.csv", [["name", "city", "country"], ["A", "Luxembourg", "Luxembourg"]]))
    assert imported(samples, tmp_path, [["name", "location"], ["B", "Luxembourg"]])["B"] == "Luxembourg"


@pytest.mark.parametrize(("kind", "header"), [("projects", "location"), ("investors", "regions")])
def test_not_available_or_namibia_is_asked_about(samples: Database, tmp_path: Path, kind: str, header: str) -> None:
    (problem,) = refused(samples, table(tmp_path / f"{kind}.csv", [["name", header], ["A", "NA"]]))
    assert "may be Namibia or say nothing" in problem.problem


@pytest.mark.parametrize(
    ("city", "country"),
    [
        (city, country)
        for city in ("Hong Kong", "香港", "HK", "香港特别行政区")
        for country in ("Hong Kong", "China", "中国香港", "HK", "")
        if (city, country) != ("HK", "")  # a code of two letters without a country is asked about
    ],
)
def test_hong_kong_is_one_place_in_columns_of_cities_too(
    samples: Database, tmp_path: Path, city: str, country: str
) -> None:
    place = imported(samples, tmp_path, [["name", "city", "country"], ["A", city, country]])
    assert place == {"A": "Hong Kong < China"}


def test_a_state_alone_is_no_country(samples: Database, tmp_path: Path) -> None:
    rows = [["name", "state"], ["A", "CA"], ["B", "TX"], ["C", "Ontario"]]
    assert imported(samples, tmp_path, rows) == {
        "A": "California < United States",
        "B": "Texas < United States",
        "C": "Ontario < Canada",
    }
    (problem,) = refused(samples, table(tmp_path / "projects.csv", [["name", "state"], ["D", "WA"]]))
    assert "Western Australia" in problem.problem


def test_macau_is_known_by_either_name(samples: Database, tmp_path: Path) -> None:
    rows = [["name", "city"], ["A", "Macau"], ["B", "Macao"], ["C", "澳门"]]
    assert len(set(imported(samples, tmp_path, rows).values())) == 1
