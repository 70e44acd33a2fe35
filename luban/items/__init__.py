"""Service items (事项): one folder each, reading top to bottom like its statute."""
