"""The commands that the door itself brings, one file each."""
