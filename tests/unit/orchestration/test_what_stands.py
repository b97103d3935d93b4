"""What the last line of a failed `hcc refresh` says of the current release."""

from test_release_catalog import make_release

from orchestration.cli.refresh import what_stands
from orchestration.release.catalog import ReleaseCatalog


def test_without_any_release_there_is_none_yet(settings):
    assert what_stands(settings, None) == "there is no release yet"


def test_a_run_that_changed_nothing_says_so(settings):
    name = make_release(settings, 1)
    assert what_stands(settings, name) == f"the release {name} stands unchanged"


def test_a_run_that_set_the_current_release_aside_names_the_one_that_is_current_now(settings):
    first, second = make_release(settings, 1), make_release(settings, 2)
    catalog = ReleaseCatalog(settings)
    catalog.switch_to(catalog.get(first))
    assert what_stands(settings, second) == f"the release {first} is current now, {second} was before"


def test_a_run_that_set_the_only_release_aside_leaves_none(settings):
    name = make_release(settings, 1)
    settings.current_release.unlink()
    assert what_stands(settings, name) == f"no release is current now, {name} was before"
