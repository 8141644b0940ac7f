/**
 * The STUN and TURN servers of a `Link` header (RFC 9725, WHIP), one link for each of their addresses:
 * `<turn:turn.example>; rel="ice-server"; username="user"; credential="word"; credential-type="password"`.
 */
export function linkedServers(header: string | null): RTCIceServer[] {
  const links = header?.matchAll(/<([^>]+)>((?:\s*;\s*[\w-]+="[^"]*")*)/g) ?? [];
  return [...links].flatMap(([, url = '', rest = '']) => {
    const said = new Map(
      [...rest.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    if (said.get('rel') !== 'ice-server') return [];
    return [{ urls: [url], username: said.get('username'), credential: said.get('credential') }];
  });
}
