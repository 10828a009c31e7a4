"""The pages that write the register: adding and changing a place, importing many."""
