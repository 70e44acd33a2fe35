"""集成办 · 一件事: several items in one application. None yet; the first bundle is one folder here."""
