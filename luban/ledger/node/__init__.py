"""The embedded chain node: one sequencer over a durable store, for a house without a consortium chain at hand."""
