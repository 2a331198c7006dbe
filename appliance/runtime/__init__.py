"""What every process of the appliance stands on: configuration, paths, logging, clock, life."""
