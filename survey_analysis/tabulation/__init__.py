"""Banner tables: columns, lines, letters, summaries; numbers only, nothing is rounded here."""
