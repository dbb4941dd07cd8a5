"""Rules against what a poll changed: the alerts.

An alert is told when something becomes so, not while it is so; a rule that is younger than the last
poll hears of what is so already, but of a find: these are many, and listed where the rule is made.
`about` names what an alert is about, whatever its values: within a rule's cool-down the same is told
once, whichever process saw it and however often it started anew.

alert     what a rule has to tell
step      what one poll changed
prices    rules about prices that are there
movement  rules about lines that move
finding   rules about what is worth a bet
match     a rule against a step
"""
