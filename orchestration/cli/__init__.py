"""The command line `hcc`: one module a command; heavy libraries are imported only by the command that needs them."""

from orchestration.cli.application import app

__all__ = ["app"]
