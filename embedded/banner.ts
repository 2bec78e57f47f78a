import type { Endpoints } from './endpoints.ts';

/** The table of addresses and the commands to try, as it is printed once everything is ready. */
export function banner(
  endpoints: Endpoints,
  { dataDir, seconds, isOpen }: { dataDir: string; seconds: string; isOpen: boolean },
): string {
  const { http, grpc, temporal, temporalUi, database, pids } = endpoints;
  const rows: [string, string][] = [
    ['Dashboard', http],
    ['REST', `${http}/api/orders`],
    ['OpenAPI page', `${http}/docs`],
    ['gRPC', grpc],
    ['Temporal', temporal],
    ['Temporal UI', temporalUi ?? 'unknown (set TEMPORAL_UI_URL)'],
    ['Postgres', pids.postgres === null ? withoutPassword(database) : database],
    ['Access', isOpen ? 'everybody on this machine, nobody else (AUTH is off)' : 'API keys and tokens (AUTH is on)'],
    ['Data', dataDir],
    ['Logs', `${dataDir}/logs`],
  ];
  const isSecure = http.startsWith('https:');
  const width = Math.max(...rows.map(([name]) => name.length));
  const order = '{"customer_id":"customer-001","items":[{"product_id":"prod-001","quantity":2}]}';
  return [
    '',
    `Steadfast is ready (${seconds} s).`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    '',
    'Try:',
    ...(isOpen
      ? []
      : [
          '  npx steadfast keys create me --role admin   # then send it: authorization: Bearer KEY, or STEADFAST_API_KEY',
        ]),
    `  grpcurl ${isSecure ? '' : '-plaintext '}-d '${order}' ${grpc} order.sv1.OrderService/CreateOrder`,
    `  curl -s -X POST ${http}/api/orders -H 'content-type: application/json' -d '${order}'`,
    '  npx steadfast orders watch ORDER_ID',
    '',
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  for (const name of ['password', 'sslpassword']) if (shown.searchParams.has(name)) shown.searchParams.set(name, '***');
  return shown.href;
}
