"""What a person does with a model before it is deployed: serve it here, look at it, slim it."""
