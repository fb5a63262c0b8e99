const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const

/** Bytes in powers of 1024: "812 B", "1.4 KiB", "37 MiB". */
export function formatSize(bytes: number): string {
  let value = Math.max(0, bytes)
  if (value < 1024) return `${Math.round(value)} B`
  let unit = -1
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}
