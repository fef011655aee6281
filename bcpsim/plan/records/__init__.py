"""Records of a plan, in a module for each part of the scenario.

`bcpsim.plan.model` says what holds for all of them.
"""
