"""Figures and exports: what items declare in `Statistics`, counted from stored facts or written down line by line.

`chapters` what can be read of an item · `projection` stored cases as records, in one statement · `tally`, `counting`,
`days` count them, pure · `figures` one page's figures with names · `rows` the lines of an export · `workbook` writes
them as a spreadsheet. Faces say which cases; nothing here decides who may see them.
"""
