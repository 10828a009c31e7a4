"""One box over places, visits, findings, recommendations, replies and authorities; nothing confidential is in it."""
