"""Results for people: tables, descriptions and plots."""
