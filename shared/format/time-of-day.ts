/** Minutes since midnight as "07:05"; the end of a day is 24:00. */
export function timeOfDay(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
