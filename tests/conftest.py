"""Settings that all tests share."""

from hypothesis import settings

# An example may be a whole simulation, for which Hypothesis's limit of 200 ms says
# nothing; speed is measured in benchmarks/.
settings.register_profile("bcpsim", deadline=None)
settings.load_profile("bcpsim")
