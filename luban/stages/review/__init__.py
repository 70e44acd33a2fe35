"""Reviewing (审查): what officials see of cases, which acts stand open to them, and taking one or many.

`sight` who may see what · `worklist` lists · `found` one case with everything · `options` the acts and what follows ·
`decide` taking one · `batch` taking many · `batch_check` `batch_book` `batch_run` `batch_fate` a
batch that is kept: before it, its book, working it off, what became of its cases · `spots` what can be marked for correction. Faces draw what these return.
"""
