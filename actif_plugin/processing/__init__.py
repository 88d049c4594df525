"""The toolbox: parameters in, one call to the domain or the store, results out."""
