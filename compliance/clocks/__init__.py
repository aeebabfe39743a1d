"""Legal clocks: pure functions from the day something happened to the day something is due.

One module per family. In all of them the day of the event is not counted. Where the law moves a
last day that falls on a holiday, the function takes the working days of the place and says so;
where it does not, the day stays, since a duty met early is met.
"""
