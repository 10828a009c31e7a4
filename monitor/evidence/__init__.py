"""Photos and documents of a visit: sealed as they were sent, made anew for reports once somebody has checked them."""
