/** Of the sandbox: the names of its connections, and what it needs to start. */
export const sandboxWords = {
  name: 'Sandbox',
  asProduction: 'Sandbox as production',
  readOnly: 'Sandbox, read-only',
  notOnWindows: 'The sandbox needs redis-server, which has no version for Windows: run Sluice in WSL instead.',
  noServer: (command: string) =>
    `The sandbox needs redis-server or valkey-server, and found neither. Install one: ${command}`,
  installOnMac: 'brew install redis',
  installOnLinux: 'sudo apt-get install redis-server',
}
