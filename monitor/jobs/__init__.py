"""Background work: the queue, its worker, and children with limits."""
