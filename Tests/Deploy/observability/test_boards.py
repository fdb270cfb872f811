import importlib.util

import files
import promql_parser
import pytest

BOARDS = files.boards()


def test_there_are_four():
    assert sorted(BOARDS) == ["api", "broker", "business", "pipeline"]


def test_they_are_what_their_list_makes():
    spec = importlib.util.spec_from_file_location("boards", files.FOLDER / "boards.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    written = {path.name: path.read_text() for path in (files.FOLDER / "grafana").glob("*.json")}
    assert written == made.boards(), "run infra/observability/boards.py"


def test_their_ids_and_titles_are_their_own():
    assert len({board["uid"] for board in BOARDS.values()}) == len({board["title"] for board in BOARDS.values()}) == 4


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_loads_as_it_is(name):
    board = BOARDS[name]
    # Grafana gives the id; a board with one of its own replaces another.
    assert "id" not in board
    (source,) = board["templating"]["list"]
    assert (source["name"], source["type"]) == ("source", "datasource")
    taken = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not taken & cells
        assert place["x"] + place["w"] <= 24
        taken |= cells
        assert panel["title"] and panel["targets"]
        assert panel["datasource"]["uid"] == "${source}"
        for target in panel["targets"]:
            promql_parser.parse(target["expr"].replace("$__rate_interval", "1m"))
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
