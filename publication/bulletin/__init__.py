"""Issues that people read: what one says of a region, and how it is laid out. A pure function of a release."""
