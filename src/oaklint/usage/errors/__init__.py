"""Where the AuthenticationError of a request goes: what stops it, what comes of it, and whether the request is made again."""
