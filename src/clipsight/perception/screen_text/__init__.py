"""Text in the picture: what is written on the screen, when it appears and disappears, where, and in which role.

A text reader engine (:mod:`.port`) finds and reads lines in single pictures; :mod:`.stage` decides which pictures are worth
reading, follows lines through time and joins them into the texts a viewer would count.
"""
