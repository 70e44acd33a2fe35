"""How often somebody asked in the current window; one row a subject, written over in the next window."""

from django.db import models


class PaceCount(models.Model):
    """``subject`` is what is limited and whose it is (``verify:10.0.0.8``), ``window`` the number of the window. The table
    is unlogged: a crash of the database forgets it, which is harmless.
    """

    subject = models.CharField(primary_key=True, max_length=160)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField()
