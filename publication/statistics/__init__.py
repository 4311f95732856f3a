"""What SQL cannot test: distributions over small aggregates of offices. Pure functions of tables; nothing here reads a
clock, a file or a person.
"""
