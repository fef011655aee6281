"""Random numbers that belong to the traveller: streams, laws, arrivals."""

from bcpsim.sampling.travellers import Travellers, sample

__all__ = ["Travellers", "sample"]
