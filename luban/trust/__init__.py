"""Trust: Chinese national cryptography, sealed documents, encrypted storage and hostile uploads.

Nothing here knows Django, cases or items; settings are passed in. Read in this order: digest, sm2, keys,
envelope, objects, typeset, pdf_seal, uploads.
"""
