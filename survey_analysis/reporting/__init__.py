"""Reports: one document model, and one file for each format."""
