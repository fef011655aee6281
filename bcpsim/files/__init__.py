"""Files that people write: YAML with the position of every value, and typed records made of it.

Scenarios and all study files (claims, sweeps, staffing, calibration) are read here, so that
a slip in any of them is told in the same way: file, line, what was found, what is expected.
"""
