"""Claims about ways of working: verdicts, conditions, and the mechanisms behind them."""

from bcpsim.claims.combinations import check_combinations
from bcpsim.claims.file import ClaimFile
from bcpsim.claims.run import ClaimCheck, check
from bcpsim.claims.study import LoadedClaim, load_claim
from bcpsim.claims.verdict import Answer, Estimate, Verdict

__all__ = [
    "Answer",
    "ClaimCheck",
    "ClaimFile",
    "Estimate",
    "LoadedClaim",
    "Verdict",
    "check",
    "check_combinations",
    "load_claim",
]
