"""Protocols as files: one YAML file a study, validated, in the order of their study ids.

The parameters themselves are in `analytics.protocol_model`; this module reads files, words their errors (file and
key, never a stack of them), and gives what other layers need of a protocol: plain rows and a hash for provenance.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from analytics.protocol_covariates import Covariate
from analytics.protocol_model import MULTIVERSE_PARAMETERS, Protocol

__all__ = [
    "MULTIVERSE_PARAMETERS",
    "Covariate",
    "Protocol",
    "ProtocolError",
    "default_protocols",
    "landing_rows",
    "load_protocol",
    "load_protocols",
    "parameter_documentation",
    "protocol_hash",
    "study_protocols",
]

DEFAULT_DIRECTORY = Path(__file__).parent / "protocols"
_SUFFIXES = (".yml", ".yaml")


class ProtocolError(ValueError):
    """One or more mistakes in protocol files; each line of the message names file, key and what is allowed."""


class _ProtocolLoader(yaml.SafeLoader):
    """YAML without its surprises: dates stay text, only true and false are booleans, no key may stand twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            problem = ""
            if not isinstance(key_node, yaml.ScalarNode):
                problem = "a parameter's name must be text"
            elif key_node.value in seen:
                problem = f"{key_node.value}: the key stands twice"
            if problem:
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def _set_resolvers() -> None:
    """Plain scalars as in YAML 1.2: no sexagesimal or octal numbers, no yes/no, no timestamps."""
    _ProtocolLoader.yaml_implicit_resolvers = {}
    number = list("-+0123456789.")
    for tag, pattern, first in (
        ("bool", r"^(?:true|True|false|False)$", list("tTfF")),
        ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", number),
        ("float", r"^[-+]?(?:(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)$", number),
        ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
        ("merge", r"^<<$", ["<"]),
    ):
        _ProtocolLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)


_set_resolvers()


def load_protocols(directory: Path, agents: Collection[str] | None = None) -> dict[str, Protocol]:
    """Every protocol file (`*.yml`, `*.yaml`) of a directory, by study id.

    `agents`: the vocabulary's systemic anticancer agents; where given, an index agent outside it is an error.
    Raises ProtocolError naming every mistake of every file, two files for one study, or no file at all.
    """
    if not directory.is_dir():
        raise ProtocolError(f"{directory}: no such directory of protocol files")
    paths = sorted(path for path in directory.iterdir() if path.suffix.lower() in _SUFFIXES and path.is_file())
    if not paths:
        raise ProtocolError(f"{directory}: holds no protocol file; allowed: files ending in {' or '.join(_SUFFIXES)}")
    protocols: dict[str, Protocol] = {}
    file_of: dict[str, str] = {}
    problems: list[str] = []
    for path in paths:
        try:
            protocol = load_protocol(path, agents)
        except ProtocolError as error:
            problems.append(str(error))
            continue
        if other := file_of.get(protocol.identifier):
            problems.append(f"{path.name}: study_id: {protocol.study_id!r} is the study of {other} as well")
            continue
        file_of[protocol.identifier] = path.name
        protocols[protocol.study_id] = protocol
    if problems:
        raise ProtocolError("\n".join(problems))
    return dict(sorted(protocols.items()))


def default_protocols(agents: Collection[str] | None = None) -> dict[str, Protocol]:
    """The protocols of the two published studies (specification 3)."""
    return load_protocols(DEFAULT_DIRECTORY, agents)


def study_protocols(extra: Path | None = None, agents: Collection[str] | None = None) -> dict[str, Protocol]:
    """The shipped protocols and those of `extra`; a file of `extra` replaces the shipped protocol of its study id."""
    protocols = default_protocols(agents)
    if extra is not None:
        added = load_protocols(extra, agents)
        replaced = {protocol.identifier for protocol in added.values()}
        protocols = {study: kept for study, kept in protocols.items() if kept.identifier not in replaced} | added
    return dict(sorted(protocols.items()))


def load_protocol(path: Path, agents: Collection[str] | None = None) -> Protocol:
    """One protocol file. Raises ProtocolError naming file and key."""
    parameters = {"study_id": path.stem} | _read_mapping(path)
    try:
        protocol = Protocol.model_validate(parameters)
    except ValidationError as error:
        raise ProtocolError("\n".join(f"{path.name}: {_worded(detail)}" for detail in error.errors())) from None
    if agents is not None and protocol.index_agent not in agents:
        raise ProtocolError(
            f"{path.name}: index_agent: {protocol.index_agent!r} is no systemic anticancer agent of the vocabulary; "
            f"allowed: {', '.join(sorted(agents))}"
        )
    return protocol


def _read_mapping(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_ProtocolLoader)
    except OSError as error:
        raise ProtocolError(f"{path.name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ProtocolError(f"{path.name}: is not UTF-8 text") from None
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ProtocolError(f"{path.name}: {line}{error.problem}") from None
    except yaml.YAMLError as error:
        raise ProtocolError(f"{path.name}: is no YAML: {error}") from None
    if not isinstance(content, dict):
        raise ProtocolError(f"{path.name}: must hold `parameter: value` lines")
    if odd := [str(key) for key in content if not isinstance(key, str)]:
        raise ProtocolError(f"{path.name}: {', '.join(odd)}: a parameter's name must be text")
    return content


def _worded(detail: ErrorDetails) -> str:
    """One mistake in words: key, what stands there, what is allowed."""
    location = detail["loc"]
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        owner = Covariate if len(location) > 1 else Protocol
        return f"{key}: unknown parameter{_near(str(location[-1]), owner.model_fields)}"
    if kind == "missing":
        return f"{key}: is required"
    if kind == "value_error":
        return f"{key}: {context['error']}"
    if kind == "literal_error":
        return f"{key}: {given!r} is not allowed; allowed: {context['expected']}"
    if kind == "bool_type":
        return f"{key}: {given!r} is not allowed; allowed: true, false"
    if kind == "string_type":
        return f"{key}: {given!r} is no text; write it in quotes"
    if kind == "tuple_type":
        return f"{key}: {given!r} is no list; write [a, b]"
    return f"{key}: {given!r} is not allowed; {_range(location) or detail['msg'].lower()}"


def _near(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else f"; allowed: {', '.join(known)}"


def _range(location: tuple[int | str, ...]) -> str:
    """The limits of a number among the protocol's own parameters, such as `allowed: whole number, 5 to 15`."""
    field = Protocol.model_fields.get(str(location[0])) if len(location) == 1 else None
    if field is None or not any(kind in str(field.annotation) for kind in ("int", "float")):
        return ""
    limits = {
        name: getattr(rule, name) for rule in field.metadata for name in ("gt", "ge", "lt", "le") if hasattr(rule, name)
    }
    words = {"gt": "above", "ge": "from", "lt": "below", "le": "to"}
    text = " ".join(f"{words[name]} {limit}" for name, limit in limits.items() if limit is not None)
    return f"allowed: {'whole number' if 'int' in str(field.annotation) else 'number'} {text}".rstrip()


def protocol_hash(protocol: Protocol) -> str:
    """SHA-256 (hex) of a protocol's parameters, defaults included, independent of file layout and comments."""
    return hashlib.sha256(_canonical(protocol.model_dump(mode="json")).encode()).hexdigest()


def _canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


_PROTOCOL_ROW = (
    "study_id",
    "index_agent",
    "enrol_from",
    "enrol_to",
    "diagnosis_prefix",
    "min_age",
    "first_line_monotherapy",
    "child_pugh_max",
    "require_follow_up_imaging",
    "baseline_days_before",
    "baseline_days_after",
    "criteria",
)


def landing_rows(protocols: Iterable[Protocol]) -> dict[str, list[dict[str, Any]]]:
    """What the SQL layers need of the protocols, as rows of three tables.

    `protocols` (one row a study), `protocol_etiologies` and `protocol_bclc_stages` (one row a study and code; a list
    without restriction has no rows). Dates are `datetime.date`.
    """
    studies = list(protocols)
    return {
        "protocols": [{name: getattr(study, name) for name in _PROTOCOL_ROW} for study in studies],
        "protocol_etiologies": [
            {"study_id": study.study_id, "etiology": code} for study in studies for code in study.etiologies
        ],
        "protocol_bclc_stages": [
            {"study_id": study.study_id, "bclc_stage": code} for study in studies for code in study.bclc_stages
        ],
    }


def parameter_documentation() -> list[dict[str, str]]:
    """One row a parameter, for documentation: name, meaning, unit, section, origin of the default, default."""
    rows = []
    for name, field in Protocol.model_fields.items():
        extra = field.json_schema_extra
        documentation = {key: str(value) for key, value in extra.items()} if isinstance(extra, dict) else {}
        default = "required" if field.is_required() else json.dumps(field.default, default=lambda value: value.name)
        rows.append({"parameter": name, "meaning": field.description or "", **documentation, "default": default})
    return rows
