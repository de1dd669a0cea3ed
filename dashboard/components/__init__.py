"""Small viewers that several pages use."""
