"""The subcommands of ``proda``: each reads its options, calls the core and prints the result."""
