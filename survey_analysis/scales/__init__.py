"""The scale library: instruments with items, anchors, direction, key, citation and licence note."""
