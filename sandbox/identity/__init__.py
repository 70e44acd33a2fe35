"""演示统一身份: stand-ins of the two identity platforms (OpenID Connect), the city's for firms, the e-government's for
officials: discovery, sign-in by choosing a demonstration person, consent, tokens, keys, logout on both channels.

Everything is checked as a real platform would (client, redirect address, PKCE, single use of codes); what it remembers
is in memory and gone with the process.
"""
