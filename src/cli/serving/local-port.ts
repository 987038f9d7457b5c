/** The port of a server on this machine; null for one that is elsewhere. */
export function localPort(endpoint: string): number | null {
  const { hostname, port, protocol } = new URL(endpoint);
  if (!/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return null;
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}
