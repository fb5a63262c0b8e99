/**
 * What the page may do, whichever host serves it: load its own scripts, styles, fonts and pictures, and nothing else. No
 * inline script or style, no eval, no frames, no forms, no other origin (https://www.w3.org/TR/CSP3/).
 */
export interface PagePolicyOptions {
  /** Where it may connect: its own origin for the web host's socket, nowhere on the desktop. */
  readonly connect: "'self'" | "'none'"
  /** The login page is the one page that posts a form. */
  readonly forms?: "'self'" | "'none'"
}

export function pagePolicy({ connect, forms = "'none'" }: PagePolicyOptions): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src ${connect}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    `form-action ${forms}`,
  ].join('; ')
}

/** Headers of every response of either host, whatever it holds. */
export function commonHeaders(policy: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': REFUSED_FEATURES.map((feature) => `${feature}=()`).join(', '),
    'cache-control': 'no-store',
  }
}

const REFUSED_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'clipboard-read',
  'display-capture',
  'encrypted-media',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
]

export const IMMUTABLE_CACHE = 'private, max-age=31536000, immutable'
