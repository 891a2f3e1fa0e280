/**
 * A SHA-256 fingerprint in groups that eyes can compare: `SHA256:` and the 43 base64 characters in
 * sevens and eights, as OpenSSH prints them without the gaps.
 */
export function fingerprintGroups(fingerprint: string): readonly string[] {
  const [, prefix = '', rest = ''] = /^(SHA256:)?(.*)$/s.exec(fingerprint) ?? []
  const groups = rest.match(/.{1,8}/gs) ?? []
  return prefix ? [prefix, ...groups] : groups
}
