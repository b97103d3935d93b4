"""Which code made a table."""

from importlib import metadata

from orchestration.code_version import PACKAGES, code_version, hash_files, hash_texts, package_versions, source_files


def test_generated_files_do_not_count(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.sql").write_text("select 1")
    before = hash_files(tmp_path, source_files(tmp_path))
    for folder in ("target", "logs", "__pycache__"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_text("generated")
    assert hash_files(tmp_path, source_files(tmp_path)) == before


def test_content_and_names_count(tmp_path):
    (tmp_path / "a.sql").write_text("select 1")
    first = hash_files(tmp_path, source_files(tmp_path))
    (tmp_path / "a.sql").rename(tmp_path / "b.sql")
    second = hash_files(tmp_path, source_files(tmp_path))
    (tmp_path / "b.sql").write_text("select 2")
    assert len({first, second, hash_files(tmp_path, source_files(tmp_path))}) == 3


def test_texts_are_kept_apart():
    assert hash_texts(["ab", "c"]) != hash_texts(["a", "bc"])


def test_the_label_begins_with_the_package_version():
    assert code_version().label.startswith(f"{metadata.version('hcc-resistance-warehouse')}+")


def test_versions_are_those_installed():
    assert package_versions() == {name: metadata.version(name) for name in PACKAGES}
