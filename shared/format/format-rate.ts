import { formatCount } from './format-count'

/** Per second: to a tenth below 10, and "< 0.1" where there is some. */
export function formatRate(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.05) return '< 0.1'
  return perSecond < 9.95 ? String(Math.round(perSecond * 10) / 10) : formatCount(Math.round(perSecond))
}
