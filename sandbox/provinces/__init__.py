"""The provinces' systems (演示): they use the chain gateway as any province would, over HTTP, with the SDK.

Each has its own key and secret from `var/demo/chain-apps.json`, subscribes when the house is up, checks and keeps every
callback, and lets a person (or a switch) confirm notices, reply to consultations and push filings of its own.
"""
