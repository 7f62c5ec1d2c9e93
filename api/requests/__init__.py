"""What a request asks, who asks it, what it may cost, and how it is executed, whichever protocol it came by."""
