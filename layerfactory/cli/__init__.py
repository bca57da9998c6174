"""The command line: builds the objects of the other rooms and hands them on."""
