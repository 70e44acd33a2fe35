"""Policy trial (政策试算): what another threshold or another row of a table would have made of the stored cases.

`drafts` a set of changes that never takes effect · `supposed` the registers with it laid over · `again` one case judged
and scored under both · `stored` the cases as they were looked at · `run` batches of them, counted once each, stopped and
taken up again · `tally` what a batch came to · `results` what officials read · `proposing` the set as ordinary proposals.
No item is named: whoever declares clauses or scoring takes part. Source: domain brief 危险废物 §7; docs/adr/0015.
"""
