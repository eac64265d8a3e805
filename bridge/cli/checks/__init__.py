"""What `bridge doctor` looks at."""
