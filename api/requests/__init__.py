"""What a request asks for, who sent it, what it may cost, and its execution, independent of protocol."""
