"""Releases: listed, pinned, switched, rolled back and pruned."""

from collections import namedtuple

import duckdb
import pytest

from orchestration.errors import RefreshError
from orchestration.release.catalog import DATABASE, ReleaseCatalog, last_fingerprint, persons_by_center, query


def make_release(settings, number, key_fingerprint="0123456789abcdef", is_current=True):
    """A release as small as can be."""
    name = f"r{number:06d}-20240630T120000Z"
    folder = settings.releases / name
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / DATABASE)) as connection:
        connection.execute(
            f"create table release as select '{name}' as release_id, '{key_fingerprint}' as key_fingerprint"
        )
        connection.execute("create table persons (person_id varchar, center_id varchar)")
        connection.execute("insert into persons values ('a', 'center_a'), ('b', 'center_b'), ('c', 'center_b')")
    catalog = ReleaseCatalog(settings)
    if is_current:
        catalog.switch_to(catalog.get(name))
    return name


def released(settings):
    return query(settings.current_release, "select release_id from release")[0]["release_id"]


def test_without_releases_there_is_no_current_one(settings):
    catalog = ReleaseCatalog(settings)
    assert (catalog.all(), catalog.current(), catalog.current_id()) == ([], None, None)
    assert last_fingerprint(settings) is None


def test_the_link_shows_the_release_switched_to(settings):
    first, second = make_release(settings, 1), make_release(settings, 2)
    assert released(settings) == second
    assert [one.release_id for one in ReleaseCatalog(settings).all() if one.is_current] == [second]
    ReleaseCatalog(settings).switch_to(ReleaseCatalog(settings).get(first))
    assert released(settings) == first


def test_the_link_is_relative_so_that_the_folder_can_be_moved(settings, tmp_path):
    name = make_release(settings, 1)
    settings.out.rename(tmp_path / "moved")
    assert query(tmp_path / "moved" / DATABASE, "select release_id from release")[0]["release_id"] == name


def test_a_reader_keeps_the_release_that_it_opened(settings):
    first = make_release(settings, 1)
    with duckdb.connect(str(settings.current_release), read_only=True) as reader:
        make_release(settings, 2)
        assert reader.sql("select release_id from release").fetchone() == (first,)


def test_a_journal_left_beside_the_link_does_not_make_the_new_release_unreadable(settings):
    make_release(settings, 1)
    (settings.out / f"{DATABASE}.wal").write_bytes(b"not a journal")
    second = make_release(settings, 2)
    assert released(settings) == second


def test_a_file_in_the_place_of_the_link_is_not_overwritten(settings):
    name = make_release(settings, 1, is_current=False)
    settings.current_release.write_text("somebody's file")
    with pytest.raises(RefreshError, match="move it away"):
        ReleaseCatalog(settings).switch_to(ReleaseCatalog(settings).get(name))
    assert settings.current_release.read_text() == "somebody's file"


def test_rolling_back_goes_to_the_one_before(settings):
    first = make_release(settings, 1)
    second = make_release(settings, 2)
    make_release(settings, 3)
    catalog = ReleaseCatalog(settings)
    assert catalog.roll_back().release_id == second
    assert catalog.roll_back().release_id == first
    with pytest.raises(RefreshError, match="no release before"):
        catalog.roll_back()
    assert released(settings) == first


def test_rolling_back_to_a_named_release(settings):
    first = make_release(settings, 1)
    make_release(settings, 2)
    assert ReleaseCatalog(settings).roll_back("r000001").release_id == first


def test_rolling_back_refuses_a_release_that_cannot_be_read(settings):
    first, second = make_release(settings, 1), make_release(settings, 2)
    (settings.releases / first / DATABASE).write_bytes(b"torn")
    with pytest.raises(RefreshError, match="cannot be read"):
        ReleaseCatalog(settings).roll_back()
    assert released(settings) == second


@pytest.mark.parametrize(("name", "problem"), [("r000009", "no release"), ("r0", "more than one")])
def test_a_release_must_be_named_clearly(settings, name, problem):
    make_release(settings, 1)
    make_release(settings, 2)
    with pytest.raises(RefreshError, match=problem):
        ReleaseCatalog(settings).get(name)


def test_pruning_keeps_the_newest_the_pinned_and_the_current(settings):
    names = [make_release(settings, number) for number in range(1, 7)]
    catalog = ReleaseCatalog(settings)
    assert catalog.pin("r000001", True).is_pinned
    catalog.roll_back("r000002")
    removed = catalog.prune(keep=2)
    assert removed == [names[2], names[3]]
    assert [one.release_id for one in catalog.all()] == [names[0], names[1], names[4], names[5]]


def test_an_unpinned_release_is_pruned_again(settings):
    first = make_release(settings, 1)
    make_release(settings, 2)
    catalog = ReleaseCatalog(settings)
    catalog.pin(first, True)
    assert catalog.prune(keep=1) == []
    catalog.pin(first, False)
    assert catalog.prune(keep=1) == [first]


@pytest.fixture
def free_bytes(monkeypatch):
    """A function that says how much space is free on the disk."""

    def set_to(number):
        usage = namedtuple("usage", "total used free")(10**12, 10**12 - number, number)
        monkeypatch.setattr("orchestration.release.catalog.shutil.disk_usage", lambda _: usage)

    return set_to


def test_with_enough_free_space_nothing_is_removed(settings, free_bytes):
    names = [make_release(settings, number) for number in range(1, 4)]
    free_bytes(1000)
    assert ReleaseCatalog(settings).prune(keep=30, min_free_bytes=1000) == []
    assert len(names) == len(ReleaseCatalog(settings).all())


def test_for_lack_of_space_the_oldest_go_until_enough_is_free(settings, free_bytes):
    names = [make_release(settings, number) for number in range(1, 6)]
    size = ReleaseCatalog(settings).get(names[0]).byte_count
    free_bytes(1000)
    assert ReleaseCatalog(settings).prune(keep=30, min_free_bytes=1000 + 2 * size) == names[:2]


def test_for_lack_of_space_the_newest_the_current_and_pinned_ones_never_go(settings, free_bytes):
    names = [make_release(settings, number) for number in range(1, 6)]
    catalog = ReleaseCatalog(settings)
    catalog.pin(names[1], True)
    catalog.roll_back(names[2])
    free_bytes(0)
    assert catalog.prune(keep=1, min_free_bytes=10**15) == [names[0], names[3]]
    assert [one.release_id for one in catalog.all()] == [names[1], names[2], names[4]]
    assert released(settings) == names[2]


def test_a_reader_of_a_removed_release_reads_on(settings, free_bytes):
    first = make_release(settings, 1)
    with duckdb.connect(str(settings.current_release), read_only=True) as reader:
        make_release(settings, 2)
        free_bytes(0)
        assert ReleaseCatalog(settings).prune(keep=30, min_free_bytes=10**15) == [first]
        assert reader.sql("select release_id from release").fetchone() == (first,)


def test_a_file_that_two_releases_share_gives_nothing_back(settings):
    first, second = (ReleaseCatalog(settings).get(make_release(settings, number)) for number in (1, 2))
    alone = first.byte_count
    (first.folder / "report.html").write_text("report")
    (second.folder / "report.html").hardlink_to(first.folder / "report.html")
    assert first.byte_count == alone


def test_what_an_interrupted_release_left_is_removed_and_never_listed(settings):
    make_release(settings, 1)
    (settings.releases / ".r000002-20240630T120000Z.partial").mkdir()
    catalog = ReleaseCatalog(settings)
    assert len(catalog.all()) == 1
    catalog.remove_unfinished()
    assert [path.name for path in settings.releases.iterdir()] == ["r000001-20240630T120000Z"]


def test_the_next_release_never_takes_a_name_again(settings):
    make_release(settings, 41)
    assert ReleaseCatalog(settings).next_id().startswith("r000042-")


def test_a_release_tells_its_key_and_its_persons(settings):
    make_release(settings, 1, key_fingerprint="feedfeedfeedfeed")
    assert last_fingerprint(settings) == "feedfeedfeedfeed"
    assert persons_by_center(settings.current_release) == {"center_a": 1, "center_b": 2}
