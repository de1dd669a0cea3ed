"""Floor 1: records. What travels between the rooms: frozen, labelled, checked at the door."""
