"""Floor 0: words. Tables without behaviour, each row with its unit and source."""
