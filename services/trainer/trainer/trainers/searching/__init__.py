"""Where the best settings of a method are searched for, on this machine or spread over a cluster."""
