"""What people sign in by: the link in a mail, the session's cookie, and the pages about both."""
