"""The version of the plugin API: what `Manifest.api` is compared with.

It moves by its own rule, apart from Roadshow's release: a new hook or a new optional argument raises the
minor number, a changed or removed one raises the major number.
"""

API_VERSION = "1.3"
