"""Integration tests as a Postman collection: what contracts promise and what a team writes besides."""
