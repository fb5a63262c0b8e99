import { useMutationObserver } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { ChartTheme } from './chart-model'

const SERIES = ['blue', 'orange', 'teal', 'purple', 'green', 'red', 'amber', 'slate']

function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    text: read('text'),
    textSoft: read('text-soft'),
    line: read('line-strong'),
    surface: read('surface-raised'),
    good: read('good'),
    warn: read('warn'),
    bad: read('bad'),
    quiet: read('quiet'),
    accent: read('accent'),
    font: read('font'),
    series: SERIES.map((name) => read(`stripe-${name}`)),
  }
}

/** The chart colours of the theme now shown; follows it live. */
export function useChartTheme(): ShallowRef<ChartTheme> {
  const theme = shallowRef(readTheme())
  useMutationObserver(
    document.documentElement,
    () => {
      theme.value = readTheme()
    },
    { attributes: true, attributeFilter: ['data-theme'] },
  )
  return theme
}
