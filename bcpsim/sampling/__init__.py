"""Random numbers that belong to the traveller: streams, laws, arrivals."""

from bcpsim.sampling.block import Block, blocks_of, sample, sample_block
from bcpsim.sampling.circumstances import Circumstances, circumstances
from bcpsim.sampling.travellers import Travellers

__all__ = [
    "Block",
    "Circumstances",
    "Travellers",
    "blocks_of",
    "circumstances",
    "sample",
    "sample_block",
]
