"""What following is associated with: shares of explained variance, side by side."""
