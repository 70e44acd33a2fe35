"""Figures and exports: what items declare in `Statistics`, added up by the database or written down case by case.

`figures` groups and sums stored facts · `rows` makes views of many cases cheaply · `workbook` writes them as a
spreadsheet. Faces say which cases; nothing here decides who may see them.
"""
