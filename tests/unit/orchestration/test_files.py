"""Files are written in one step, and the restricted store is closed to others."""

import os
import stat

import pytest

from orchestration.files import (
    copy_tree_by_links,
    make_public_folder,
    read_json,
    restricted_umask,
    switch_link,
    tighten,
    write_json,
)


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o077])
def any_umask(request):
    previous = os.umask(request.param)
    yield request.param
    os.umask(previous)


def test_a_public_folder_is_open_whatever_the_umask(tmp_path, any_umask):
    assert mode(make_public_folder(tmp_path / "a" / "b")) == 0o755


def test_an_existing_public_folder_stays_as_its_owner_made_it(tmp_path):
    (tmp_path / "mine").mkdir(mode=0o700)
    assert mode(make_public_folder(tmp_path / "mine")) == 0o700


def test_files_made_during_a_run_are_private_whatever_the_umask(tmp_path, any_umask):
    with restricted_umask():
        (tmp_path / "file").write_text("x")
    assert mode(tmp_path / "file") == 0o600
    (tmp_path / "after").write_text("x")
    assert mode(tmp_path / "after") == 0o666 & ~any_umask


def test_tightening_closes_everything_below_and_follows_no_link(tmp_path):
    outside = tmp_path / "outside"
    outside.write_text("x")
    outside.chmod(0o644)
    inside = tmp_path / "store" / "deep"
    inside.mkdir(parents=True)
    (inside / "file").write_text("x")
    (inside / "file").chmod(0o666)
    (inside / "link").symlink_to(outside)
    tighten(tmp_path / "store")
    assert (mode(tmp_path / "store"), mode(inside), mode(inside / "file")) == (0o700, 0o700, 0o600)
    assert mode(outside) == 0o644


def test_json_is_replaced_in_one_step_and_leaves_nothing_beside_it(tmp_path):
    write_json(tmp_path / "file.json", {"b": 1, "a": "值"})
    write_json(tmp_path / "file.json", {"b": 2})
    assert read_json(tmp_path / "file.json") == {"b": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["file.json"]


def test_a_link_is_switched_over_an_old_one_and_over_what_a_crash_left(tmp_path):
    link = tmp_path / "current"
    (tmp_path / ".current.link").symlink_to("left behind")
    switch_link(link, "one")
    switch_link(link, "two")
    assert link.readlink().name == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["current"]


def test_a_copy_by_links_does_not_change_when_the_original_is_replaced(tmp_path):
    (tmp_path / "a").mkdir()
    write_json(tmp_path / "a" / "file.json", 1)
    copy_tree_by_links(tmp_path / "a", tmp_path / "b")
    write_json(tmp_path / "a" / "file.json", 2)
    assert read_json(tmp_path / "b" / "file.json") == 1
