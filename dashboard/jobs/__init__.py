"""Background jobs, their worker processes and what visitors share. No widgets."""
