"""When to poll: what a poll is worth, and the polls that make the most of a budget.

rates    how fast lines move, go and come, learnt from what polls saw
outlook  what is to be expected of the fixtures at every instant ahead
gaps     what it costs to leave a sport unpolled from one instant to another
solve    the cheapest polls of several sports together, by one price for a credit
watch    what is known of one sport: the lines last seen, the schedule, what came and went since
policy   the next polls, from all of it

Times are seconds since 1970, as floats: this is arithmetic on thousands of them. Rates are per hour.
"""
