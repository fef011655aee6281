"""The records of a run, made from the plan; and what each traveller brings.

`kinds` finds which travellers are alike at each step. `world` makes the records for a plan and
these kinds, with `stops`, `officers`, `disturbances` and `visits`. `travellers` has what each
traveller brings, `timetable` what is known beforehand of when something happens, `outputs` what is
read from the records when a replication has ended.
"""
