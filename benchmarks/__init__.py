"""How close the warehouse comes to what the machine can do: worlds of any size, floors, ratios.

Belongs here: a generator that writes a lake of any size, the floor (one hand-written SQL script that
answers the same questions from the same lake), and the measuring of both side by side. Nothing
here is imported by the product; every figure is a ratio of two things measured in one run.
"""
