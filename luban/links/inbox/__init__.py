"""The one inbox: whatever a partner tells us is kept as it came, once, before anybody acts on it.

A message comes by a push that was verified (`faces/api`), or because we asked (`stages/share` polls). `receive` keeps it
under `{link}:{subject}:{name}:{version}`: the same thing told twice, by whichever way, is one message. With it, in the
same transaction, goes an effect of kind `inbound` into the outbox, so what comes of it is a job like any other: retried,
and shown to an official with its reason when it is refused. Source: domain README §3 (inbound).
"""
