/** What Kafka asks of those who connect. */
import type { SASLOptions } from '@platformatic/kafka';

/** Part of the options of every client of Kafka; empty where it asks for nothing. */
export interface KafkaSecurity {
  /** TLS to brokers whose certificate is of an authority that Node believes, and names their host. */
  readonly tls?: Readonly<Record<string, never>>;
  readonly tlsServerName?: true;
  readonly sasl?: Pick<SASLOptions, 'mechanism'> & { readonly username: string; readonly password: string };
}
