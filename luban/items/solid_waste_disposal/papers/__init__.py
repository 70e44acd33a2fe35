"""What the papers of an approval say."""
