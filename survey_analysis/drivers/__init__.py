"""What following is associated with: shares of R² side by side, and points in the top answers."""
