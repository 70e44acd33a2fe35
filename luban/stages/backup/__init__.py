"""Backup and restore: the database as of one moment and every stored file, encrypted, checked by a drill."""
