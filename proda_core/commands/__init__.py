"""The subcommands of ``proda``: each reads its options, calls one verb of the core, shows the result."""
