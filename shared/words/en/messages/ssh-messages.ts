/** What else tells the cause where a way by SSH can't be made. */
export const sshMessages = {
  'ssh.key-missing': () => 'It is not known: it was never entered, or Sluice was started again since.',
  'ssh.key-unreadable': () => 'It is no private key that can be read here.',
  'ssh.passphrase-missing': () => 'It is encrypted, and no passphrase is known.',
  'ssh.passphrase-wrong': () => 'It is encrypted, and the passphrase does not open it.',
  'ssh.key-slow': () =>
    'To try the passphrase takes more than half a minute: the key was made with very many rounds. Give it fewer: ssh-keygen -p -a 24 -f …',
  'ssh.no-agent-address': () => 'SSH_AUTH_SOCK is not set.',
  'ssh.password-expired': () => 'The password has expired: it has to be changed on that server first.',
  /** `where`: the file that the known key is from. */
  'ssh.other-key': ({
    type,
    fingerprint,
    known,
    where,
  }: {
    readonly type: string
    readonly fingerprint: string
    readonly known: string
    readonly where: string
  }) => `It shows the key ${fingerprint} (${type}). Known is ${known}, from ${where}.`,
  'ssh.revoked-key': ({ fingerprint, where }: { readonly fingerprint: string; readonly where: string }) =>
    `It shows the key ${fingerprint}, which ${where} marks as @revoked.`,
  'ssh.authority-ignored': ({ where }: { readonly where: string }) =>
    `${where} names an authority for this server (@cert-authority). Sluice can’t check host certificates, so it asks.`,
}
