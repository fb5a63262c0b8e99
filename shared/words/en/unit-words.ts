/** Figures, times and names that nobody can tell otherwise: what `shared/format` puts together. Imports nothing, since all words stand on it. */
export const unitWords = {
  /** Whose plurals these words follow: https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Intl/PluralRules */
  language: 'en',
  millisecond: 'ms',
  second: 's',
  minute: 'min',
  hour: 'h',
  day: 'd',
  year: 'y',
  now: 'now',
  ago: (span: string) => `${span} ago`,
  inFuture: (span: string) => `in ${span}`,
  localTime: (time: string) => `${time} local`,
  unknown: 'unknown',
  reported: (figure: string) => `${figure} reported`,
  emptyName: '(empty name)',
}
