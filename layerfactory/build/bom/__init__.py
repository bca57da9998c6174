"""What is told of a layer to those who look at supply chains: SBOM, notices, sums."""
