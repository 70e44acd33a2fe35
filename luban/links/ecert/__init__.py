"""市电子证照库: licences."""
