/** Settings of topics and brokers as Kafka tells them. */
import { type ConfigDescription, ConfigSources } from '@platformatic/kafka';

/** A setting; the value of a secret one is not told. `is_default`: nobody has set it. */
export interface Setting {
  readonly name: string;
  readonly value: string | null;
  readonly is_default: boolean;
  readonly read_only: boolean;
}

/** Settings by name. */
export function toSettings(configs: ConfigDescription['configs']): Setting[] {
  return configs
    .map(({ name, value, configSource, readOnly }) => ({
      name,
      value: value ?? null,
      is_default: configSource === ConfigSources.DEFAULT_CONFIG,
      read_only: readOnly,
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
}
