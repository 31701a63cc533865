"""One file a format: each returns a `RawTable`, text first, labels kept."""
