"""A month of polling in minutes: publishers of every kind over HTTP on loopback, by a clock that is moved by hand."""
