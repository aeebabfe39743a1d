"""Rules of the house as functions over a source tree; each returns sentences, one per breach."""
