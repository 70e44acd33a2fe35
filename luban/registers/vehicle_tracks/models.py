"""What the track platform last said of each plate it was asked about; it stays the authority."""

from django.db import models


class TrackCopy(models.Model):
    """A vehicle as last fetched; `known` false: the platform had nothing on this plate."""

    plate_no = models.CharField(primary_key=True, max_length=10)
    known = models.BooleanField()
    bound = models.BooleanField()
    last_report_at = models.DateTimeField(null=True)
    completeness_30d = models.DecimalField(max_digits=7, decimal_places=6)
    fetched_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.plate_no
