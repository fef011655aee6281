"""Results for other programs: event logs, and tables as a workbook."""

from bcpsim.exports.writing import FORMATS, Format, default_name, export

__all__ = ["FORMATS", "Format", "default_name", "export"]
