"""What makes a request again: decorators and objects of retry libraries, the program's own decorators, and the SDK itself."""
