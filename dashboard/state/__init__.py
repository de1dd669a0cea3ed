"""What a visitor has chosen: param only."""
