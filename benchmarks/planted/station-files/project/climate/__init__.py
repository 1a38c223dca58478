from .stations import MonthlySheet, read_sheet
