"""Files that people send: uploads that wait to be used, and the bytes of documents in a folder or in object storage."""
