"""From which columns each column of the warehouse is made: read off the compiled SQL of the models."""
