/** A stretch of the day, on some days. */
export const windowWords = {
  from: 'From',
  to: 'To',
  timeHint: 'As 22:00. An end before the beginning is one of the next day.',
  timeWrong: 'Give a time of the day, as 07:30',
  timesSame: 'Give another end than the beginning; 00:00 to 24:00 is all day',
  days: 'On days on which they begin',
  daysNeeded: 'Tick one day at least',
  dayNames: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as readonly string[],
  shortDays: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as readonly string[],
}
