"""Fill (填报): from the notice to the submitted application.

`notice` keeps the countdown, `drafts` what is being typed (`typed` reads posted names, `prefill` fills in what is known
already), `files` the materials, `phone` the way to hand them in from a phone, `sign` the signed paper, `filing` the
precheck and the submission, `reorder` a new application from an old one, `proposals` drafts begun at a licence.
"""
