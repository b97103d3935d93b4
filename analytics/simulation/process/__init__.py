"""The disease and treatment process: persons in, clean clinical facts and the truth behind them out."""

from analytics.simulation.process.run import simulate_batch

__all__ = ["simulate_batch"]
