"""Random numbers that belong to the traveller: streams, laws, arrivals."""

from bcpsim.sampling.circumstances import Circumstances, circumstances
from bcpsim.sampling.travellers import Travellers, sample

__all__ = ["Circumstances", "Travellers", "circumstances", "sample"]
