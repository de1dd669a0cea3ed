"""Records passed between modules: frozen, labelled data, checked when they are made."""
