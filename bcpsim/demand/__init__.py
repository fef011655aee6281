"""What is expected before anything is simulated: the load by hour, who can bear it, the flows."""
