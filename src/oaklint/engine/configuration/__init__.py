"""What a project asks for: configuration files, their keys, and rules as users name them."""
