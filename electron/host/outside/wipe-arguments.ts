/**
 * Takes the arguments out of what the system shows of this process to others (`ps`, /proc/PID/cmdline), where the system
 * lets one; what was seen before stays seen. https://nodejs.org/api/process.html#processtitle
 */
export function wipeArguments(): void {
  process.title = 'sluice'
  process.argv.splice(1)
}
