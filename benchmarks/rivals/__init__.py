"""What the serving benchmark compares with: the same requests, answered from the same database in other ways."""
