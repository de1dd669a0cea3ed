"""From records to what is drawn: pure functions, testable without a server."""
