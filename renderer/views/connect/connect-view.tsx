export function ConnectView() {
  return null
}
